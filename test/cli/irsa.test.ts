/** `irsa` as the person on call runs it, on a stack in which things fail. */
import { ChangeMessageVisibilityCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs'
import { SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createHostedZone } from '../../cli/local-stack.ts'
import { HostedZoneNotFound } from '../../lib/errors.ts'
import type { PlannedThing } from '../../lib/ops/plan.ts'
import { parseFault } from '../../local/faults.ts'
import { clusterNamed, newKeys, type Pipeline, POLL, roleFor, startPipeline } from '../workflow/pipeline.ts'
import { tamper } from '../workflow/tamper.ts'
import { command, irsaHere, PATIENCE } from './command.ts'
import { aFile } from './temporary.ts'

let pipeline: Pipeline

beforeAll(async () => {
  pipeline = await startPipeline()
})

afterAll(() => pipeline.stop())

function irsa(words: string, files: Readonly<Record<string, unknown>> = {}) {
  return irsaHere([...words.split(' '), '--endpoint-url', pipeline.aws.endpoint], files)
}

async function asJson(words: string) {
  const { out, err } = await irsa(`${words} --json`)
  expect(err).toBe('')
  return JSON.parse(out)
}

async function aFailedCluster(cluster: string): Promise<void> {
  await pipeline.announce(clusterNamed(cluster, { baseDomain: `${cluster}.example.org` }))
  await expect.poll(() => pipeline.cluster(cluster), POLL).toMatchObject({ run: { state: 'FAILED' } })
}

test('a run that failed is seen, understood, mended and replayed', { timeout: PATIENCE }, async () => {
  await aFailedCluster('seen')

  const status = await command('irsa.ts', ['status', '--endpoint-url', pipeline.aws.endpoint]).ended
  expect(status).toMatchObject({ exitCode: 1, err: '', left: [] })
  expect(status.out).toContain('✖ seen: seen-1 failed at certificate')
  expect(status.out).toContain(HostedZoneNotFound.remedy)
  expect(await asJson('executions --failed --step certificate --since 1h')).toMatchObject([
    { name: 'seen-1', cluster: 'seen', step: 'certificate', error: 'HostedZoneNotFound' },
  ])
  expect(await asJson('execution show seen-1')).toMatchObject({
    status: 'FAILED',
    cluster: 'seen',
    failure: { error: 'HostedZoneNotFound', remedy: HostedZoneNotFound.remedy },
    steps: [
      { step: 'bucket', outcome: 'ended' },
      {
        step: 'certificate',
        outcome: 'failed',
        input: { cluster: 'seen', run: 1 },
        errors: [{ error: 'HostedZoneNotFound' }],
      },
    ],
  })
  expect((await irsa('cluster watch seen')).exitCode).toBe(1)

  await createHostedZone('seen.example.org')
  expect((await irsa('replay seen --dry-run')).out).toBe(
    'seen (seen-1) would be redriven: It goes on at the step that failed.\n',
  )
  expect(await pipeline.cluster('seen')).toMatchObject({ run: { state: 'FAILED' } })
  expect((await irsa('replay seen')).out).toBe(
    'seen (seen-1) is redriven: It goes on at the step that failed.\n',
  )

  expect(await irsa('cluster watch seen')).toMatchObject({
    exitCode: 0,
    out: expect.stringContaining('seen is ready; its issuer is https://irsa.seen.example.org'),
  })
  expect(await asJson('cluster show seen')).toMatchObject({ state: 'ready', isIssuerReady: true })
  expect((await irsa('clusters')).out).toMatch(/^seen +ready .*https:\/\/irsa\.seen\.example\.org$/m)
})

test('all that failed at a step is replayed with one command, and what stays broken is said again', {
  timeout: PATIENCE,
}, async () => {
  await aFailedCluster('one')
  await aFailedCluster('two')
  await createHostedZone('one.example.org')

  const replays: readonly { readonly cluster: string }[] = await asJson(
    'replay --failed --since 1h --step certificate --rate 6000',
  )

  // Two that were announced in the same second come in any order.
  expect(replays.toSorted((a, b) => (a.cluster < b.cluster ? -1 : 1))).toEqual(
    ['one', 'two'].map((cluster) => ({
      cluster,
      execution: `${cluster}-1`,
      how: 'redrive',
      why: expect.stringContaining('step that failed'),
    })),
  )
  await expect.poll(() => pipeline.cluster('one'), POLL).toMatchObject({ status: 'READY' })
  await expect.poll(() => pipeline.cluster('two'), POLL).toMatchObject({ lastError: { redriveCount: 1 } })
})

test('roles are requested, shown, and written as what a team applies', { timeout: PATIENCE }, async () => {
  await pipeline.announce(clusterNamed('roles'))
  await pipeline.runEnded('roles')
  const files = { 'roles.json': [roleFor('shop', 'cart'), { namespace: 'shop' }] }

  const requested = await irsa('role request roles roles.json', files)

  expect(requested.exitCode).toBe(1)
  expect(requested.out).toContain('requested shop/cart\nrefused request 1: InvalidInput: ')
  await expect
    .poll(() => pipeline.roleStatuses('roles'), POLL)
    .toMatchObject({ 'shop/cart': { state: 'READY' } })
  expect((await irsa('roles roles')).out).toMatch(/^shop\/cart +ready +arn:aws:iam::000000000000:role\//m)
  expect(await asJson('role show roles shop/cart')).toMatchObject({
    state: 'ready',
    requestedBy: 'iam:arn:aws:iam::000000000000:user/local',
  })
  expect((await irsa('role manifest roles shop/cart')).out).toContain(
    'eks.amazonaws.com/role-arn: "arn:aws:iam',
  )
})

test('a cluster is examined as STS would, and a token explained', { timeout: PATIENCE }, async () => {
  const { pem, privateKey } = newKeys()
  await pipeline.announce(clusterNamed('examined', { serviceAccountKeys: [pem] }))
  await expect.poll(() => pipeline.cluster('examined'), POLL).toBeDefined()
  await pipeline.request('examined', roleFor('shop', 'cart'))
  await pipeline.runEnded('examined')
  const { desired, keys = [] } = (await pipeline.cluster('examined')) ?? {}
  const iss = desired?.issuer ?? ''
  const role = 'arn:aws:iam::000000000000:role/irsa/examined/local_examined_shop_cart'
  const now = Math.floor(Date.now() / 1000)
  const token = (serviceAccount: string) =>
    new SignJWT({ iss, sub: `system:serviceaccount:shop:${serviceAccount}`, aud: ['sts.amazonaws.com'] })
      .setProtectedHeader({ alg: 'ES256', kid: keys[0]?.kid ?? '' })
      .setIssuedAt(now)
      .setExpirationTime(now + 3600)
      .sign(privateKey)
  const files = { 'jwks.json': { keys }, right: await token('cart'), wrong: await token('till') }

  const well = await irsa('doctor examined --jwks jwks.json', files)
  expect(well).toMatchObject({ exitCode: 0, err: '', out: expect.stringContaining('Nothing is wrong.') })
  expect(well.out).toMatch(/^\? cannot be told +tls +In local mode/m)
  expect(well.out).toMatch(/^✔ ok +role shop\/cart +arn:aws:iam::/m)
  expect(await irsa(`explain --token right --role ${role}`, files)).toMatchObject({
    exitCode: 0,
    out: expect.stringContaining('STS would give credentials.'),
  })
  const refused = await irsa(`explain --token wrong --role ${role}`, files)
  expect(refused).toMatchObject({
    exitCode: 1,
    out: expect.stringContaining('STS would refuse it: AccessDenied.'),
  })
  expect(refused.out).toContain(
    'to be system:serviceaccount:shop:cart, and it is system:serviceaccount:shop:till',
  )
  expect(refused.out).not.toContain(files.wrong)
  const elsewhere = await irsa(
    `explain --token right --role ${role.replace('000000000000', '111122223333')}`,
    files,
  )
  expect(elsewhere.exitCode).toBe(1)
  expect(elsewhere.out).toContain('cannot be told: your credentials are not of account 111122223333.')

  await tamper(pipeline, 'examined', 'local_examined_shop_cart')
  const sick = await irsa('doctor examined --json', files)
  expect(sick.exitCode).toBe(1)
  const checks: readonly { readonly name: string; readonly outcome: string }[] = JSON.parse(sick.out)
  expect(checks.filter(({ outcome }) => outcome === 'wrong').map(({ name }) => name)).toEqual([
    'discovery',
    'keys',
    'audiences',
    'role',
  ])
  const audited = await irsa('cluster audit examined')
  expect(audited).toMatchObject({ exitCode: 1, err: '' })
  expect(audited.out).toContain('✖ bucket')
  expect(audited.out).toContain('Role.PermissionsBoundary: null → "arn:aws:iam::')
  const plan = await asJson('cluster plan examined')
  expect(plan.things.map(({ resource, action }: PlannedThing) => `${action} ${resource}`)).toEqual([
    'change bucket',
    'change certificate',
    expect.stringMatching(/^(change|wait) distribution$/),
    'change alias',
    'change provider',
    'change role shop/cart',
  ])
  expect((await irsa('cluster plan examined --delete')).out).toMatch(
    /^- remove {2}role shop\/cart\n- remove {2}provider\n- remove {2}alias\n/,
  )
  expect(await pipeline.cluster('examined')).toMatchObject({ runs: 1, status: 'READY' })

  const detail = clusterNamed('fresh')
  const fresh = await irsa('cluster plan fresh --event event.json', { 'event.json': detail })
  expect(fresh.out).toMatch(/^\+ create {2}bucket\n\+ create {2}certificate\n\+ create {2}distribution\n/)
  const shared = { cluster: 'fresh', hosting: { type: 'shared' }, serviceAccountKeys: [newKeys().pem] }
  const onHost = await irsa('cluster plan fresh --event event.json', { 'event.json': shared })
  expect(onHost.out).toMatch(/^\+ create {2}bucket\n… wait {4}distribution: .+\n\+ create {2}provider\n/)
  expect(await pipeline.cluster('fresh')).toBeUndefined()
})

test('a pod is checked without a stack', { timeout: PATIENCE }, async () => {
  const pod = {
    kind: 'Pod',
    metadata: { name: 'cart', namespace: 'shop' },
    spec: { containers: [{ name: 'app' }] },
  }

  const ended = await irsaHere(['explain', '--pod', 'pod.json'], { 'pod.json': pod })

  expect(ended).toMatchObject({ exitCode: 1, err: '' })
  expect(ended.out).toContain('AWS_ROLE_ARN')
})

test('shells complete commands, their options, and the connection’s', { timeout: PATIENCE }, async () => {
  const completed = async (...words: string[]) => {
    const { out } = await irsaHere(['complete', '--', ...words])
    return out.split('\n').map((line) => line.split('\t')[0])
  }

  expect(await completed('do')).toContain('doctor')
  expect(await completed('doctor', '--')).toEqual(expect.arrayContaining(['--jwks', '--stage']))
  for (const shell of ['bash', 'zsh'])
    expect((await irsaHere(['complete', shell])).out).toContain('irsa complete --')
})

test('a cluster is created from the file of its event, and followed until it is ready', {
  timeout: PATIENCE,
}, async () => {
  const files = { 'event.json': clusterNamed('made') }

  expect(await irsa('cluster create --event event.json', files)).toMatchObject({
    exitCode: 0,
    err: '',
    out: expect.stringContaining('made is ready; its issuer is https://irsa.made.gaws.gigantic.io.'),
  })
})

test('keys are rotated, and the command says which are public', { timeout: PATIENCE }, async () => {
  const [old, fresh] = [newKeys(), newKeys()]
  const pem = aFile('old.pub', old.pem)
  const secret = aFile('new.key', fresh.privateKey.export({ type: 'pkcs8', format: 'pem' }))
  await pipeline.announce(clusterNamed('turning', { serviceAccountKeys: [old.pem] }))
  await pipeline.runEnded('turning')

  expect(await irsa(`cluster rotate turning --key ${pem} ${secret}`)).toMatchObject({
    exitCode: 1,
    err: expect.stringContaining('new.key holds a private key'),
  })
  const rotated = await irsa(`cluster rotate turning --key ${aFile('new.pub', fresh.pem)}`)

  expect(rotated).toMatchObject({ exitCode: 0, err: '' })
  expect(rotated.out.match(/ {2}public since \d/g)).toHaveLength(2)
  expect(rotated.out.match(/, listed no longer, retired after \d/g)).toHaveLength(1)
  expect(await pipeline.cluster('turning')).toMatchObject({ status: 'READY', runs: 2 })
})

test('clusters are deleted: one with its name, and all of the stack, with what is left of it', {
  timeout: PATIENCE,
}, async () => {
  await pipeline.announce(clusterNamed('leaving'))
  await pipeline.announce(clusterNamed('precious'))
  await Promise.all(['leaving', 'precious'].map((cluster) => pipeline.runEnded(cluster)))
  expect(await irsa('cluster protect precious')).toMatchObject({
    exitCode: 0,
    out: 'precious is protected from deletion.\n',
  })

  expect(await irsa('cluster delete leaving')).toMatchObject({
    exitCode: 2,
    err: expect.stringContaining('--yes'),
  })
  expect(await pipeline.cluster('leaving')).toMatchObject({ status: 'READY' })
  expect((await irsa('cluster pause leaving')).out).toContain('leaving is paused')
  expect(await irsa('cluster delete leaving --yes')).toMatchObject({
    exitCode: 1,
    out: expect.stringContaining('✖ leaving remains: ClusterPaused: '),
  })
  expect((await irsa('cluster resume leaving')).exitCode).toBe(0)
  expect(await irsa('cluster delete leaving --yes')).toMatchObject({
    exitCode: 0,
    err: '',
    out: expect.stringMatching(/^leaving is deleted\.\n$/m),
  })
  expect(await irsa('doctor leaving')).toMatchObject({
    exitCode: 0,
    out: expect.stringContaining('The cluster is deleted'),
  })

  const refused = await irsa('uninstall --yes --rate 6000')
  expect(refused).toMatchObject({ exitCode: 1, err: '' })
  expect(refused.out).toContain('✖ precious remains: ClusterProtected: ')
  expect(refused.out).not.toContain('delete-stack')

  const { clusters, left } = await asJson('uninstall --force --yes --rate 6000')
  expect(clusters).toContainEqual({ cluster: 'precious' })
  expect(await pipeline.cluster('precious')).toMatchObject({ status: 'DELETED' })
  const commands = left.flatMap((one: { readonly commands: readonly string[] }) => one.commands).join('\n')
  expect(commands).toContain('aws cloudformation delete-stack --stack-name irsa-local ')
  expect(commands).toContain(`delete-table --table-name ${pipeline.outputs.RegistryName} `)
})

async function whileSomebodyHasAll(act: () => Promise<void>): Promise<void> {
  const { sqs, urls } = pipeline.deployed.queues
  const QueueUrl = urls['dead-letters']
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 43_200 }),
  )
  await act()
  for (const { ReceiptHandle } of Messages)
    await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }))
}

test('dead letters are listed with their reason, replayed or discarded', { timeout: PATIENCE }, async () => {
  await pipeline.announce({ cluster: 'malformed' })
  pipeline.aws.faults.add(parseFault('dynamodb.GetItem:before:InternalServerError:9'))
  await pipeline.announce(clusterNamed('unlucky'))
  await expect.poll(() => pipeline.aws.faults.unspent(), POLL).toEqual([])
  await expect.poll(async () => (await asJson('dead-letters')).length, POLL).toBe(2)

  const letters: { readonly id: string; readonly isReplayable: boolean }[] = await asJson('dead-letters')
  const { id: malformed = '' } = letters.find(({ isReplayable }) => !isReplayable) ?? {}
  expect(await asJson(`dead-letters show ${malformed}`)).toMatchObject({
    error: 'InvalidInput',
    event: { detail: { cluster: 'malformed' } },
  })
  expect(await irsa(`dead-letters replay ${malformed}`)).toMatchObject({
    exitCode: 1,
    err: expect.stringContaining('DeadLetterNotReplayable'),
  })
  await whileSomebodyHasAll(async () => {
    expect(await irsa('dead-letters')).toMatchObject({
      exitCode: 0,
      out: 'There is no dead letter that can be shown now.\n',
      err: 'Somebody else is looking at about 2 dead letters just now: list again in a minute.\n',
    })
  })
  expect((await irsa(`dead-letters discard ${malformed}`)).exitCode).toBe(0)
  expect((await irsa('dead-letters replay --all')).exitCode).toBe(0)

  await expect.poll(() => pipeline.cluster('unlucky'), POLL).toMatchObject({ status: 'READY' })
  expect((await irsa('dead-letters')).out).toBe('There is no dead letter.\n')
})

describe('a mistake', () => {
  test.each([
    ['statsu', 2, 'Did you mean status?'],
    ['replay', 2, 'name a cluster'],
    ['replay golem --failed', 2, 'do not go with a name'],
    ['executions --since yesterday', 2, '30m'],
    ['executions --step certificat', 2, 'Allowed choices are bucket'],
    ['role show golem cart', 2, '<namespace>/<service account>'],
    ['cluster rotate golem', 2, 'either --key or --jwks'],
    ['cluster rotate golem --key a.pub --jwks jwks.json', 2, 'either --key or --jwks'],
    ['cluster migrate golem', 2, 'one of --event, --finish and --abort'],
    ['cluster migrate golem --finish', 2, '--finish needs --switched-at'],
    ['cluster migrate golem --finish --switched-at noon', 2, 'a time as in ISO 8601'],
    ['issuer --event event.json --shared-host oidc.example.com', 2, 'must begin with irsa.'],
    ['cluster show nobody', 1, 'There is no cluster nobody.'],
    ['execution show nobody-1', 1, 'There is no execution nobody-1.'],
    ['dead-letters discard 1', 1, 'There is no dead letter 1 now.'],
    ['status --region mars-1', 1, 'mars-1 is not the name of a region'],
    ['status --stage nowhere', 1, 'There is no stack irsa-nowhere in eu-central-1'],
  ])('is named, with an exit code: %s', { timeout: PATIENCE }, async (words, exitCode, named) => {
    const ended = await irsa(words)

    expect(ended).toMatchObject({ exitCode, out: '', err: expect.stringContaining(named) })
    expect(ended.err.includes('(--help says more)')).toBe(exitCode === 2)
  })

  test('is one JSON document when that was asked for', { timeout: PATIENCE }, async () => {
    const { exitCode, out } = await irsa('cluster show nobody --json')

    expect(exitCode).toBe(1)
    expect(JSON.parse(out)).toMatchObject({
      failed: { error: 'ClusterNotFound', remedy: expect.any(String) },
    })
  })
})

test('without a stack, it says how to name one', { timeout: PATIENCE }, async () => {
  const { exitCode, err } = await command('irsa.ts', ['status']).ended

  expect([exitCode, err]).toEqual([1, 'Which stack is meant? Name it with --stage or IRSA_STAGE.\n'])
})
