/** The API as its callers meet it: over HTTP, behind API Gateway's authorizer, with the packaged function and its role. */
import { readFileSync } from 'node:fs'
import { ListAttachedRolePoliciesCommand } from '@aws-sdk/client-iam'
import { InvokeCommand } from '@aws-sdk/client-lambda'
import { SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { parse } from 'yaml'
import * as z from 'zod'
import { createHostedZone } from '../../cli/local-stack.ts'
import { REGION } from '../../cli/package-stack.ts'
import { API } from '../../lib/api/routes.ts'
import { iamClient, lambdaClient } from '../../lib/aws/clients.ts'
import { partitionOf } from '../../lib/aws/partitions.ts'
import { keysFromPems } from '../../lib/oidc/jwks.ts'
import { parseFault } from '../../local/faults.ts'
import { expectConforming } from '../lib/api/conforms.ts'
import { signedBy } from '../local/apigateway/fixture.ts'
import { roleSession } from './caller.ts'
import { type Asked, clusterNamed, newKeys, type Pipeline, POLL, sharePipeline } from './pipeline.ts'
import { PROMISE, promisedErrors, refusedCalls, TOLD_ELSEWHERE } from './promised-errors.ts'

let pipeline: Pipeline
const { pem, privateKey } = newKeys()
const GOLEM = clusterNamed('golem', { serviceAccountKeys: [pem] })

beforeAll(async () => {
  pipeline = await sharePipeline()
  await pipeline.announce(GOLEM)
  await vi.waitUntil(async () => (await pipeline.cluster('golem')) !== undefined, POLL)
})

afterAll(() => pipeline.stop())

const ROLE = '/clusters/golem/roles/shop/cart'
const CONTENT = { policies: [{ catalogue: 's3-read', parameters: { bucket: 'golem-data' } }] }

async function ask(
  method: string,
  path: string,
  body?: object,
  headers?: Readonly<Record<string, string>>,
): Promise<Asked & { readonly json: Readonly<Record<string, unknown>> }> {
  const asked = await pipeline.ask(method, path, body, headers)
  const contentType = asked.headers.get('content-type')
  expectConforming(method, path.replace(/\?.*/, ''), { ...asked, contentType })
  return { ...asked, json: contentType?.endsWith('json') ? JSON.parse(asked.body) : {} }
}

test('a team asks for a role and has it, with the ServiceAccount to apply', async () => {
  const asked = await ask('PUT', ROLE, CONTENT)
  const ready = await untilReady(ROLE)
  const manifest = await ask('GET', `${ROLE}/manifest`)
  const told = await vi.waitUntil(
    async () => (await pipeline.told()).find((event) => event['detail-type'] === 'Role Ready'),
    POLL,
  )

  expect([asked.status, asked.headers.get('etag')]).toEqual([201, '"1"'])
  expect(asked.json.requestedBy).toBe('iam:arn:aws:iam::000000000000:user/local')
  expect(ready.json.roleArn).toBe(told.detail.roleArn)
  expect(ready.json).not.toHaveProperty('error')
  expect(parse(manifest.body).metadata.annotations['eks.amazonaws.com/role-arn']).toBe(told.detail.roleArn)
})

test('a team has its role taken away, and may ask for it anew', async () => {
  const path = '/clusters/golem/roles/shop/stall'
  const asked = await ask('PUT', path, CONTENT)
  await vi.waitUntil(async () => (await ask('GET', path)).json.status === 'READY', POLL)

  const removed = await ask('DELETE', path, undefined, { 'if-match': '"1"' })

  expect([removed.status, removed.json.status, removed.json.version]).toEqual([202, 'REMOVING', 2])
  await vi.waitUntil(async () => (await ask('GET', path)).status === 404, POLL)
  expect((await ask('DELETE', path)).status).toBe(204)
  const anew = await ask('PUT', path, CONTENT)
  expect([anew.status, anew.json.roleArn]).toEqual([201, asked.json.roleArn])
  const { json } = await ask('GET', '/audit?cluster=golem&role=shop/stall')
  expect(json.entries).toMatchObject([
    { what: 'RoleChanged' },
    { what: 'RoleRemoved' },
    { what: 'RoleChanged' },
  ])
})

test('what does not work is refused, and so is what cannot be looked at: nothing is written then', async () => {
  const path = '/clusters/golem/roles/shop/mistaken'
  const policies = (Action: string) => ({
    policies: [
      { statements: [{ Effect: 'Allow', Action: ['s3:GetObject', Action], Resource: 'arn:aws:s3:::a/*' }] },
    ],
  })

  const mistaken = await ask('PUT', path, policies('s3:GetObjct'))
  pipeline.aws.faults.add(parseFault('access-analyzer.ValidatePolicy:before:ThrottlingException:4'))
  const throttled = await ask('PUT', path, policies('s3:GetObjectTagging'))
  const role = await ask('GET', path)

  expect([mistaken.status, throttled.status, role.status]).toEqual([422, 503, 404])
  expect(mistaken.json.errors).toMatchObject([
    { rule: 'AnalyzerError', pointer: '/policies/0/statements/0/Action/1' },
  ])
  expect(throttled.json).toMatchObject({ type: 'urn:irsa:error:Throttled' })
  expect(throttled.headers.get('retry-after')).toBe('1')
})

test('what was changed is in the audit of the cluster, and of the day', async () => {
  const { json } = await ask('PUT', '/clusters/golem/roles/shop/audited', CONTENT)
  const day = z.iso.datetime().parse(json.requestedAt).slice(0, 10)

  for (const query of ['cluster=golem', `day=${day}`])
    await vi.waitFor(async () => {
      const about = { cluster: 'golem', role: 'shop/audited' }
      expect((await ask('GET', `/audit?${query}`)).json.entries).toContainEqual(
        expect.objectContaining({ what: 'RoleChanged', about }),
      )
    }, POLL)
})

test('of many who ask at once each has its role, once', async () => {
  const paths = Array.from({ length: 4 }, (_, index) => `/clusters/golem/roles/many/role-${index}`)

  const asked = await Promise.all([...paths, ...paths].map((path) => ask('PUT', path, CONTENT)))

  for (const { status, headers } of asked) {
    expect([200, 201]).toContain(status)
    expect(headers.get('etag')).toBe('"1"')
  }
  await vi.waitUntil(async () => {
    const { json } = await ask('GET', '/clusters/golem/roles?status=PENDING')
    return Array.isArray(json.roles) && json.roles.length === 0
  }, POLL)
})

test.each([
  ['GET', '/clusters', 200],
  ['GET', '/clusters/golem', 200],
  ['GET', '/clusters/nobody', 404],
  ['GET', '/clusters/golem/roles', 200],
  ['GET', '/clusters/golem/roles?cursor=forged', 400],
  ['GET', '/clusters/golem/roles/shop/nobody', 404],
  ['GET', '/clusters/golem/roles/shop/nobody/manifest', 404],
  ['GET', '/catalogue', 200],
  ['GET', '/openapi.json', 200],
  ['GET', '/docs', 200],
  ['GET', '/nothing', 404],
  ['POST', '/clusters', 405],
  ['GET', '/tenants/nobody', 404],
  ['DELETE', '/tenants/nobody', 204],
])('%s %s answers %i', async (method, path, status) => {
  expect((await ask(method, path)).status).toBe(status)
})

test('every route refuses with every error that it promises', async () => {
  await ask('PUT', '/tenants/promise', PROMISE)
  const calls = await refusedCalls(pipeline)

  const answered = await Promise.all(
    calls.map(async ({ promise, method, path, body, headers }) => {
      const { json } = await ask(method, path, body, headers)
      return `${promise.split(' ')[0]} ${String(json.type).replace('urn:irsa:error:', '')}`
    }),
  )

  expect(answered).toEqual(calls.map(({ promise }) => promise))
  for (const { method, path } of API.filter(({ errors }) => errors.length === 0))
    expect((await ask(method, path)).status, path).toBe(200)
  const elsewhere = Object.values(TOLD_ELSEWHERE).flat()
  expect([...answered, ...elsewhere].toSorted()).toEqual(promisedErrors().toSorted())
  for (const [file, promises] of Object.entries(TOLD_ELSEWHERE)) {
    const text = readFileSync(file, 'utf8')
    for (const promise of promises)
      expect(text.includes(promise.split(' ')[1] ?? ''), `${file}: ${promise}`).toBe(true)
  }
})

describe('an operator', () => {
  test('sees why an execution failed, and has it go on there', async () => {
    const baseDomain = 'broken.example.org'
    await pipeline.announce(clusterNamed('broken', { baseDomain }))
    await vi.waitUntil(async () => (await pipeline.cluster('broken'))?.run?.state === 'FAILED', POLL)

    const listed = await ask('GET', '/executions?status=FAILED')
    const shown = await ask('GET', '/executions/broken-1')
    await createHostedZone(baseDomain)
    const replayed = await ask('POST', '/executions/broken-1/replay')

    const failed = { name: 'broken-1', cluster: 'broken', step: 'certificate', error: 'HostedZoneNotFound' }
    expect(listed.json.executions).toContainEqual(expect.objectContaining(failed))
    expect(shown.json).toMatchObject({
      status: 'FAILED',
      steps: [
        { step: 'bucket', outcome: 'ended' },
        { step: 'certificate', outcome: 'failed' },
      ],
    })
    expect(replayed.json).toMatchObject({ cluster: 'broken', execution: 'broken-1', how: 'redrive' })
    await vi.waitUntil(async () => (await pipeline.cluster('broken'))?.status === 'READY', POLL)
    expect((await ask('GET', '/audit?cluster=broken')).json.entries).toMatchObject([
      { what: 'ExecutionReplayed', about: { execution: 'broken-1' } },
    ])
  })

  test('has nothing work on a cluster, and then all that was asked for meanwhile', async () => {
    await settled()
    const before = await pipeline.cluster('golem')
    const path = '/clusters/golem/roles/shop/patient'

    expect((await ask('PUT', '/clusters/golem/pause')).json.paused).toBe(true)
    await pipeline.announce({ ...GOLEM, tags: { paused: 'once' } })
    await ask('PUT', path, CONTENT)
    await vi.waitUntil(async () => (await pipeline.cluster('golem'))?.run !== undefined, POLL)
    await invokeSweep()
    const waiting = await pipeline.cluster('golem')
    expect(waiting).toMatchObject({ generation: (before?.generation ?? 0) + 1, run: { state: 'RECORDED' } })
    expect((await ask('GET', path)).json.status).toBe('PENDING')
    expect(await pipeline.roleStatuses('golem')).not.toHaveProperty('shop/patient')

    expect((await ask('DELETE', '/clusters/golem/pause')).json.paused).toBe(false)

    await vi.waitUntil(async () => (await ask('GET', path)).json.status === 'READY', POLL)
    await settled()
    const { run, status, generation } = (await pipeline.cluster('golem')) ?? {}
    expect([run, status, generation]).toEqual([undefined, 'READY', waiting?.generation])
  })

  test('sends an event again that a function failed to take, and throws one away that it refused', async () => {
    await settled()
    pipeline.aws.faults.add(parseFault('states.StartExecution:before:ServiceUnavailable:9'))
    await pipeline.announce({ ...GOLEM, tags: { sent: 'again' } })
    await pipeline.announce({ cluster: 'nonsense' })
    const [broken, wrong] = await vi.waitUntil(async () => {
      const { json } = await ask('GET', '/dead-letters')
      const letters = json.deadLetters as readonly { readonly id: string; readonly isReplayable: boolean }[]
      const sorted = letters.toSorted((one) => (one.isReplayable ? -1 : 1))
      return sorted.length === 2 && sorted
    }, POLL)

    expect((await ask('POST', `/dead-letters/${wrong?.id}/replay`)).json).toMatchObject({
      type: 'urn:irsa:error:DeadLetterNotReplayable',
      status: 409,
    })
    expect((await ask('DELETE', `/dead-letters/${wrong?.id}`)).json).toMatchObject({ error: 'InvalidInput' })
    expect((await ask('POST', `/dead-letters/${broken?.id}/replay`)).status).toBe(202)

    await settled()
    expect((await pipeline.cluster('golem'))?.desired.tags).toEqual({ sent: 'again' })
    expect((await ask('GET', '/dead-letters')).json.deadLetters).toEqual([])
  })

  test('sees what a run would do, and what a removal', async () => {
    await settled()

    const plan = await ask('POST', '/clusters/golem/plan', {})
    const removal = await ask('POST', '/clusters/golem/plan', { delete: true })

    const things = ['bucket', 'certificate', 'distribution', 'alias', 'provider']
    expect(plan.json.things).toEqual(
      expect.arrayContaining(things.map((resource) => ({ resource, action: 'keep', differences: [] }))),
    )
    expect(removal.json.things).toEqual(
      expect.arrayContaining(things.map((resource) => ({ resource, action: 'remove', differences: [] }))),
    )
  })

  test('is told what STS would do with a token', async () => {
    const path = '/clusters/golem/roles/shop/explained'
    await ask('PUT', path, CONTENT)
    const { json } = await vi.waitUntil(async () => {
      const role = await ask('GET', path)
      return role.json.status === 'READY' && role
    }, POLL)
    const [{ kid } = { kid: '' }] = keysFromPems([pem]).keys
    const tokenFor = (serviceAccount: string) =>
      new SignJWT({ sub: `system:serviceaccount:shop:${serviceAccount}` })
        .setProtectedHeader({ alg: 'ES256', kid })
        .setIssuer('https://irsa.golem.gaws.gigantic.io')
        .setAudience('sts.amazonaws.com')
        .setIssuedAt(pipeline.aws.clock.now())
        .setExpirationTime(new Date(pipeline.aws.clock.now().getTime() + 3_600_000))
        .sign(privateKey)
    const explain = async (serviceAccount: string) =>
      (await ask('POST', '/explain', { token: await tokenFor(serviceAccount), roleArn: json.roleArn })).json

    expect(await explain('explained')).toMatchObject({ isAdmitted: true })
    expect(await explain('another')).toMatchObject({ isAdmitted: false, error: 'AccessDenied' })
  })

  test.each([
    ['GET', '/executions', 200],
    ['GET', '/executions/nobody-1', 404],
    ['POST', '/executions/nobody-1/replay', 404],
    ['GET', '/dead-letters/nothing', 404],
    ['PUT', '/clusters/nobody/protection', 404],
    ['DELETE', '/clusters/golem/protection', 200],
    ['PATCH', '/clusters/golem/pause', 405],
    ['POST', '/explain', 415],
  ])('%s %s answers %i', async (method, path, status) => {
    expect((await ask(method, path)).status).toBe(status)
  })

  /** No run works on the cluster. */
  async function settled(): Promise<void> {
    await vi.waitUntil(async () => {
      const record = await pipeline.cluster('golem')
      return record?.status === 'READY' && record.run === undefined
    }, POLL)
  }

  async function invokeSweep(): Promise<void> {
    await lambdaClient(REGION).send(new InvokeCommand({ FunctionName: 'irsa-local-sweep' }))
  }
})

describe('a signed call', () => {
  test('of another account does not come through', async () => {
    const refused = await pipeline.ask('GET', '/clusters', undefined, signedBy('local-111122223333'))

    expect([refused.status, refused.body]).toEqual([403, '{"message":"Forbidden"}'])
  })

  test('that asks for more than its rules give by themselves waits for an approver, and is made once it is approved', async () => {
    const headers = await roleSession(pipeline, 'mill-deployer')
    const path = '/clusters/golem/roles/mill/wheel'
    const wide = {
      policies: [
        { catalogue: 's3-read', parameters: { bucket: 'golem-more' } },
        { arn: 'arn:aws:iam::aws:policy/AmazonS3FullAccess' },
      ],
    }
    const rule = {
      principals: ['iam:arn:aws:iam::000000000000:role/mill-deployer'],
      clusters: ['golem'],
      namespaces: ['mill'],
      catalogue: ['s3-read'],
      withApproval: { managedPolicies: ['arn:aws:iam::aws:policy/AmazonS3*'] },
    }
    await ask('PUT', '/tenants/mill', { roleQuota: 1, rules: [rule] })
    await ask('PUT', path, CONTENT, headers)
    const ready = await untilReady(path)

    const asked = await ask('PUT', path, wide, headers)
    const waiting = await ask('GET', '/clusters/golem/roles?status=PENDING_APPROVAL')
    const own = await ask('POST', `${path}/approve`, undefined, { ...headers, 'if-match': '"2"' })
    const attachedBefore = await attachedTo(ready.json.roleArn)
    const approved = await ask('POST', `${path}/approve`, undefined, { 'if-match': '"2"' })
    const made = await untilReady(path)
    const another = await ask('PUT', `${path}-2`, CONTENT, headers)

    expect(asked.json).toMatchObject({ status: 'PENDING_APPROVAL', inForce: { version: 1, status: 'READY' } })
    expect(asked.json.approval).toMatchObject({
      needs: [
        { rule: 'NewAccess', pointer: '/policies/0/parameters' },
        { rule: 'WideManagedPolicy', pointer: '/policies/1/arn' },
        { rule: 'ManagedPolicyNotAllowed', pointer: '/policies/1/arn' },
        { rule: 'NewAccess', pointer: '/policies/1/arn' },
      ],
    })
    expect(waiting.json.roles).toMatchObject([{ namespace: 'mill', serviceAccount: 'wheel' }])
    expect([own.status, approved.status, another.status]).toEqual([403, 200, 409])
    expect(another.json.type).toBe('urn:irsa:error:RoleQuotaReached')
    expect(made.json).toMatchObject({
      version: 3,
      requestedBy: 'iam:arn:aws:iam::000000000000:role/mill-deployer',
      approval: { version: 2, by: 'iam:arn:aws:iam::000000000000:user/local' },
    })
    expect([attachedBefore, await attachedTo(made.json.roleArn)]).toEqual([[], ['AmazonS3FullAccess']])
    await ask('PUT', path, { ...wide, description: 'wider' }, headers)
    const toldOf = async () => {
      const told = (await pipeline.told()).filter(
        ({ 'detail-type': type, detail }) => type.startsWith('Approval') && detail.namespace === 'mill',
      )
      return told.map(({ 'detail-type': type, detail }) => [
        type,
        detail.version,
        detail.decision,
        detail.reason,
      ])
    }
    await vi.waitUntil(async () => (await toldOf()).length === 3, POLL)
    const rejected = await ask('POST', `${path}/reject`, { reason: 'no' }, { 'if-match': '"4"' })
    expect(rejected.json).toMatchObject({ status: 'REJECTED', inForce: { version: 3, status: 'READY' } })
    await vi.waitUntil(async () => (await toldOf()).length === 4, POLL)
    expect(await toldOf()).toEqual([
      ['Approval Requested', 2, undefined, undefined],
      ['Approval Decided', 2, 'approved', null],
      ['Approval Requested', 4, undefined, undefined],
      ['Approval Decided', 4, 'rejected', 'no'],
    ])
    expect((await ask('DELETE', path, undefined, headers)).status).toBe(202)
    await vi.waitUntil(async () => (await ask('GET', path)).status === 404, POLL)
    expect((await ask('PUT', `${path}-2`, CONTENT, headers)).status).toBe(201)
  })

  test('of a role is that of its tenant, and of nobody without one', async () => {
    const headers = await roleSession(pipeline, 'bank-deployer')
    const mine = '/clusters/golem/roles/bank/ledger'
    const rule = {
      principals: ['iam:arn:aws:iam::000000000000:role/bank-deployer'],
      clusters: ['golem'],
      namespaces: ['bank'],
      catalogue: ['s3-*'],
    }

    const before = await ask('PUT', mine, CONTENT, headers)
    await ask('PUT', '/tenants/bank', { rules: [rule] })
    const asked = await ask('PUT', mine, CONTENT, headers)
    const others = await ask('GET', ROLE, undefined, headers)
    const more = await ask(
      'PUT',
      mine,
      { policies: [{ arn: 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess' }] },
      headers,
    )

    expect([before.status, asked.status, others.status, more.status]).toEqual([404, 201, 404, 422])
    expect(asked.json).toMatchObject({
      tenant: 'bank',
      requestedBy: 'iam:arn:aws:iam::000000000000:role/bank-deployer',
    })
    expect((await ask('GET', '/clusters/golem/roles', undefined, headers)).json.roles).toHaveLength(1)
    expect((await ask('GET', '/tenants/bank', undefined, headers)).status).toBe(403)
    expect((await ask('DELETE', '/tenants/bank')).status).toBe(204)
    expect((await ask('GET', mine, undefined, headers)).status).toBe(404)
  })
})

function untilReady(path: string) {
  return vi.waitUntil(async () => {
    const role = await ask('GET', path)
    return role.json.status === 'READY' && role
  }, POLL)
}

async function attachedTo(arn: unknown): Promise<(string | undefined)[]> {
  const input = { RoleName: String(arn).split('/').at(-1) }
  const { AttachedPolicies = [] } = await iamClient(partitionOf(REGION)).send(
    new ListAttachedRolePoliciesCommand(input),
  )
  return AttachedPolicies.map(({ PolicyName }) => PolicyName)
}
