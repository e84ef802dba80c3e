/** `npm start` as a person runs it. What it is made of has tests of its own beside this one; test/workflow/start.test.ts has an event that is refused. */
import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { TARGET_ACCOUNT, ZONES_USER } from '../../cli/package-stack.ts'
import { USAGE } from '../../cli/start/arguments.ts'
import { runStart } from '../../cli/start/program.ts'
import { STEPS } from '../../lib/steps.ts'
import { command, commandHere, PATIENCE } from './command.ts'

const { publicKey, privateKey } = generateKeyPairSync('ec', {
  namedCurve: 'P-256',
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
})
const [, SECRET = ''] = privateKey.split('\n')

const OWN = { cluster: 'gaia', baseDomain: 'gaia.example.org', serviceAccountKeys: [publicKey] }

function start(words: string, files?: Readonly<Record<string, unknown>>) {
  return command('start.ts', words.split(' '), files).ended
}

function startHere(words: string) {
  return commandHere(async () => {
    process.exitCode = await runStart(words.split(' '))
  })
}

describe('the command line', () => {
  test('is explained, and nothing is done', async () => {
    expect(await startHere('--help')).toEqual({ exitCode: 0, out: `${USAGE}\n`, err: '', left: [] })
  })

  test.each([
    ['--evnet event.json', start],
    ['--json --quota iam:rolls=10000', startHere],
  ])('is not understood with %s: exit code 2', { timeout: PATIENCE }, async (words, run) => {
    const { exitCode, out, err } = await run(words)

    expect([exitCode, out]).toEqual([2, ''])
    expect(err).toMatch(/--evnet|iam:rolls/)
    expect(err).toContain(USAGE)
  })

  test('may name a file that cannot be used: exit code 1', async () => {
    const { exitCode, out } = await startHere('--json --roles missing.json')

    expect(exitCode).toBe(1)
    expect(JSON.parse(out)).toEqual({
      failed: { error: 'UnusableInput', message: expect.stringContaining('missing.json cannot be read') },
    })
  })
})

test('the example ends in one JSON document, proven, and leaves nothing behind', {
  timeout: PATIENCE,
}, async () => {
  const { exitCode, out, err, left } = await start('--json')

  expect([exitCode, err, left]).toEqual([0, '', []])
  const document = JSON.parse(out)
  expect(document).toMatchObject({
    cluster: { name: 'golem' },
    issuer: 'https://irsa.golem.gaws.gigantic.io',
    execution: { name: 'golem-1', status: 'SUCCEEDED' },
    refusedRoles: [],
    proof: { status: 'proven', admitted: { asExpected: true }, refused: { asExpected: true } },
  })
  expect(document.roles.map(({ state }: { state: string }) => state)).toEqual(['READY', 'READY', 'READY'])
  expect(Object.keys(document.timings)).toEqual([...STEPS])
})

test('of a cluster of one’s own, in accounts that are made ready for it, all is made and proven but a bad request; its key is shown nowhere', {
  timeout: PATIENCE,
}, async () => {
  const role = (serviceAccount: string) => ({ namespace: 'shop', serviceAccount, policies: [] })
  const files = {
    'my/event.json': { ...OWN, accountId: ZONES_USER },
    'sa.key': privateKey,
    'roles.json': [role('cart'), role('Till'), { ...role('stock'), targetAccountId: TARGET_ACCOUNT }],
  }

  const { exitCode, out, err, left } = await start(
    '--speed 2000 --event my/event.json --signing-key sa.key --roles roles.json',
    files,
  )

  expect([exitCode, err, left]).toEqual([1, '', []])
  expect(out).toContain('Issuer  https://irsa.gaia.example.org')
  expect(out).toMatch(new RegExp(`arn:aws:iam::${ZONES_USER}:role/\\S+_cart`))
  expect(out).toMatch(new RegExp(`arn:aws:iam::${TARGET_ACCOUNT}:role/\\S+_stock`))
  expect(out).toContain('InvalidInput')
  expect(out.match(/✔ a token of system:serviceaccount:/g)).toHaveLength(2)
  for (const step of STEPS) expect(out).toMatch(new RegExp(`${step} \\(\\d+\\.\\d s\\)`))
  expect(out).not.toContain(SECRET)
})

test('ends quietly when nobody reads on, and leaves nothing behind', { timeout: PATIENCE }, async () => {
  const { process, firstLine, ended } = command('start.ts', ['--speed', '2000'])
  await firstLine

  process.stdout.destroy()

  expect(await ended).toMatchObject({ exitCode: 141, err: '', left: [] })
})

test('ends quietly when it is ended, and leaves nothing behind', { timeout: PATIENCE }, async () => {
  const { process, firstLine, ended } = command('start.ts', [])
  await firstLine

  process.kill('SIGTERM')

  expect(await ended).toMatchObject({ exitCode: 143, err: '', left: [] })
})
