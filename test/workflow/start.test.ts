/** What `npm start` says of an event that is refused, in a stack that is there. That it starts one is for test/cli/start.test.ts to show. */
import { generateKeyPairSync } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runStart } from '../../cli/start/program.ts'
import { provisionIn, readOrder } from '../../cli/start/provision.ts'
import { PrivateKeyInInput } from '../../lib/errors.ts'
import { commandHere } from '../cli/command.ts'
import { clusterNamed, type Pipeline, sharePipeline } from './pipeline.ts'

let pipeline: Pipeline

beforeAll(async () => {
  pipeline = await sharePipeline()
})

afterAll(() => pipeline.stop())

const { privateKey } = generateKeyPairSync('ec', {
  namedCurve: 'P-256',
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
})
const [, SECRET = ''] = privateKey.split('\n')

function start(words: string, files: Readonly<Record<string, unknown>>) {
  return commandHere(async () => {
    process.exitCode = await runStart(words.split(' '), (given, reporter) =>
      provisionIn(pipeline, readOrder(given), reporter),
    )
  }, files)
}

test('an event with a private key is refused by its name, and shown nowhere', async () => {
  const files = { 'event.json': clusterNamed('colossus', { serviceAccountKeys: [privateKey] }) }

  const { exitCode, out, err, left } = await start('--json --event event.json', files)

  expect([exitCode, err, left]).toEqual([1, '', []])
  expect(JSON.parse(out)).toEqual({
    failed: {
      error: 'PrivateKeyInInput',
      message: expect.stringContaining('detail.serviceAccountKeys[0]'),
      remedy: PrivateKeyInInput.remedy,
    },
  })
  expect(out).not.toContain(SECRET)
})
