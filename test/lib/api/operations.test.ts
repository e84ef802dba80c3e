/** The operators' routes: who is let in, what they answer, what they refuse. What is behind them has tests of its own. */

import { GetOpenIDConnectProviderCommand, GetRoleCommand, IAMClient } from '@aws-sdk/client-iam'
import { GetExecutionHistoryCommand } from '@aws-sdk/client-sfn'
import { mockClient } from 'aws-sdk-client-mock'
import { describe, expect, test } from 'vitest'
import { OPERATION_ROUTES } from '../../../lib/api/operations/routes.ts'
import { createRouter } from '../../../lib/api/router.ts'
import { readAudit } from '../../../lib/audit/log.ts'
import { NO_LIMITS } from '../../../lib/policy/guard-rails.ts'
import { type ClusterRecord, readCluster } from '../../../lib/registry/cluster-record.ts'
import { requestRole } from '../../../lib/registry/request-role.ts'
import { putTenant } from '../../../lib/registry/tenants.ts'
import { parseTenantRules } from '../../../lib/tenancy/tenant.ts'
import { refusal, sentNames } from '../aws/sdk.ts'
import { historyOf } from '../failed-run/fixture.ts'
import { clusterRecord, LAST_ERROR, opsFixture } from '../ops/fixture.ts'
import { failed, refused, theQueues, undelivered } from '../ops/queues.ts'
import { aRun } from '../registry/registry.ts'
import { STACK } from '../resources/golem.ts'
import { FAILED, inputOf } from '../step-functions.ts'
import {
  ADMINISTRATOR,
  APPROVER,
  askingOf,
  commonContext,
  NOW,
  OPERATOR,
  OTHER_TEAM,
  TEAM,
} from './fixture.ts'
import { tokenOfPod } from './token.ts'

const FAILED_RUN = { ...aRun({ state: 'FAILED' }), lastError: LAST_ERROR }

async function fixture(golem: Partial<ClusterRecord> = FAILED_RUN) {
  const { table, states, replaying, workflows } = await opsFixture([clusterRecord('golem', golem)])
  states.put('golem-1', { ...FAILED, input: inputOf(1), startDate: NOW })
  const newestFirst = historyOf(['Bucket', 'Alias'])
  states.sfn
    .on(GetExecutionHistoryCommand)
    .callsFake(({ reverseOrder }) => ({ events: reverseOrder ? newestFirst : newestFirst.toReversed() }))
  const letters = theQueues({ 'undelivered-events': [undelivered('u')], 'dead-letters': [refused('r')] })
  const client = new IAMClient({})
  const iam = mockClient(client)
  iam.on(GetRoleCommand).rejects(refusal('NoSuchEntityException'))
  iam.on(GetOpenIDConnectProviderCommand).rejects(refusal('NoSuchEntityException'))
  const fetched: string[] = []
  const common = await commonContext()
  const api = {
    ...replaying,
    ...workflows,
    ...common,
    table,
    queues: letters.queues,
    iamIfOwn: (accountId: string) => (accountId === STACK.accountId ? client : undefined),
    async fetchIssuer(url: string) {
      fetched.push(url)
      return { fault: 'nobody answers' }
    },
  }
  return {
    ask: askingOf(createRouter(api, OPERATION_ROUTES)),
    written: async () => (await readAudit(common.audit, { day: '2026-01-31' }, { limit: 100 })).entries,
    golem: () => readCluster(table, 'golem'),
    table,
    states,
    letters,
    fetched,
  }
}

const MUST_BE_OPERATOR = OPERATION_ROUTES.filter(
  ({ operation }) =>
    !['explain', 'putKeys', 'abandonCluster'].includes(operation) && !operation.endsWith('Migration'),
)

test.each([
  ['PUT', '/clusters/golem/migration', { to: 'clay' }],
  ['PUT', '/clusters/golem/migration/end', { switchedAt: '2026-01-31T12:00:00Z' }],
  ['DELETE', '/clusters/golem/migration', undefined],
  ['POST', '/clusters/golem/abandon', { reason: 'closed' }],
])('%s %s is for operators, and nothing happens for others', async (method, path, json) => {
  const { ask, written, golem } = await fixture()
  const before = await golem()

  for (const userArn of [TEAM, APPROVER]) {
    const refused = await ask(method, path, { userArn, json })
    expect([refused.statusCode, refused.json.type]).toEqual([403, 'urn:irsa:error:NotPermitted'])
  }
  expect([404, 409]).toContain((await ask(method, path, { userArn: OPERATOR, json })).statusCode)
  expect(await written()).toEqual([])
  expect(await golem()).toEqual(before)
})

test.each(MUST_BE_OPERATOR.map(({ method, path }) => [method, path] as const))(
  '%s %s is for operators, and nothing happens for others',
  async (method, path) => {
    const { ask, written, states, letters } = await fixture()
    const there = path.replace('{cluster}', 'golem').replace('{name}', 'golem-1').replace('{id}', 'u')

    const refusedOne = await ask(method, there, { userArn: TEAM })
    const [operator, administrator] = [
      await ask(method, there, { userArn: OPERATOR }),
      await ask(method, there, { userArn: ADMINISTRATOR }),
    ]

    expect([refusedOne.statusCode, refusedOne.json.type]).toEqual([403, 'urn:irsa:error:NotPermitted'])
    expect(operator.statusCode).toBeLessThan(300)
    expect(administrator.statusCode).not.toBe(403)
    for (const { who } of await written()) expect(who).toBe('iam:arn:aws:iam::000000000000:role/operator')
    expect(sentNames(letters.lambda).length).toBeLessThan(2)
    expect(states.executions.get('golem-1')?.redriveCount).toBeLessThan(2)
  },
)

test.each(MUST_BE_OPERATOR.map(({ method, path }) => [method, path] as const))(
  '%s %s: approvers look at everything, and change nothing',
  async (method, path) => {
    const { ask, written } = await fixture()
    const there = path.replace('{cluster}', 'golem').replace('{name}', 'golem-1').replace('{id}', 'u')

    const { statusCode } = await ask(method, there, { userArn: APPROVER })

    expect(statusCode).toBe(method === 'GET' ? 200 : 403)
    expect(await written()).toEqual([])
  },
)

describe('executions', () => {
  test('are listed, the failed ones with the reason', async () => {
    const { ask, states } = await fixture()
    states.put('golem-2', { input: inputOf(2) })

    const all = await ask('GET', '/executions', { userArn: OPERATOR })
    const broken = await ask('GET', '/executions', { userArn: OPERATOR, query: { status: 'FAILED' } })

    expect(all.json.executions).toMatchObject([{ name: 'golem-2' }, { name: 'golem-1' }])
    expect(all.json).not.toHaveProperty('cursor')
    expect(broken.json.executions).toMatchObject([
      { name: 'golem-1', cluster: 'golem', step: 'alias', error: 'RecordTaken', remedy: expect.any(String) },
    ])
  })

  test('are listed page by page', async () => {
    const { ask, states } = await fixture()
    for (let run = 2; run <= 45; run++) states.put(`golem-${run}`, { input: inputOf(run) })

    const names: unknown[] = []
    let cursor: unknown
    do {
      const query = typeof cursor === 'string' ? { cursor } : {}
      const { json } = await ask('GET', '/executions', { query })
      names.push(...(json.executions as { readonly name: string }[]).map(({ name }) => name))
      cursor = json.cursor
    } while (cursor !== undefined)

    expect(names).toHaveLength(45)
    expect(new Set(names).size).toBe(45)
  })

  test('are shown with their steps', async () => {
    const { ask } = await fixture()

    const { json } = await ask('GET', '/executions/golem-1')

    expect(json).toMatchObject({
      name: 'golem-1',
      cluster: 'golem',
      failure: { error: 'RecordTaken' },
      steps: [{ step: 'bucket' }, { step: 'alias' }],
    })
  })

  test('are replayed, after that was written into the audit; a dry run only says how', async () => {
    const { ask, states, written, golem } = await fixture()

    const dry = await ask('POST', '/executions/golem-1/replay', { query: { dryRun: 'true' } })
    expect([dry.statusCode, dry.json.how]).toEqual([200, 'redrive'])
    expect([await written(), states.executions.get('golem-1')?.status]).toEqual([[], 'FAILED'])

    const done = await ask('POST', '/executions/golem-1/replay', { userArn: OPERATOR })
    expect([done.statusCode, done.json]).toEqual([200, { ...dry.json }])
    expect(states.executions.get('golem-1')).toMatchObject({ status: 'RUNNING', redriveCount: 1 })
    const [entry] = await written()
    expect(entry).toMatchObject({
      who: 'iam:arn:aws:iam::000000000000:role/operator',
      what: 'ExecutionReplayed',
      about: { cluster: 'golem', execution: 'golem-1' },
    })
    expect(await golem()).toMatchObject({ run: { state: 'STARTED', changeId: entry?.changeId } })

    const again = await ask('POST', '/executions/golem-1/replay')
    expect(again.json.how).toBe('nothing')
    expect(await written()).toHaveLength(1)
  })

  test.each([
    ['GET', '/executions/golem-9', {}, 404, 'ExecutionNotFound'],
    ['GET', '/executions/a b', {}, 400, 'InvalidInput'],
    ['GET', '/executions', { status: 'BROKEN' }, 400, 'InvalidInput'],
    ['GET', '/executions', { cursor: 'forged' }, 400, 'InvalidInput'],
    ['POST', '/executions/golem-9/replay', {}, 404, 'ExecutionNotFound'],
    ['POST', '/executions/golem-0/replay', {}, 409, 'ExecutionSuperseded'],
    ['POST', '/executions/golem-1/replay', { dryRun: 'perhaps' }, 400, 'InvalidInput'],
  ] as const)('%s %s with %j is refused', async (method, path, query, status, error) => {
    const { ask, states } = await fixture()
    states.put('golem-0', { ...FAILED, input: inputOf(0) })

    const { statusCode, json } = await ask(method, path, { query })

    expect([statusCode, json.type]).toEqual([status, `urn:irsa:error:${error}`])
  })
})

describe('dead letters', () => {
  test('are listed without their events, and shown with them, but for keys', async () => {
    const { ask } = await fixture()

    const { json } = await ask('GET', '/dead-letters', { userArn: OPERATOR })
    const shown = await ask('GET', '/dead-letters/u')

    expect(json).toEqual({
      deadLetters: [
        expect.objectContaining({ id: 'u', isReplayable: true, function: 'irsa-dev-cluster-events' }),
        expect.objectContaining({ id: 'r', isReplayable: false, error: 'InvalidInput' }),
      ],
      unread: [],
      heldByOthers: 0,
    })
    expect(JSON.stringify(json)).not.toContain('"event"')
    expect(shown.json.event).toMatchObject({ detail: { serviceAccountKeys: '(struck out)' } })
  })

  test('are listed page by page', async () => {
    const { ask, letters } = await fixture()
    const queue = letters.visible.get(letters.queues.urls['dead-letters'])
    queue?.push(...Array.from({ length: 60 }, (_, index) => failed(`f${index}`)))

    const first = await ask('GET', '/dead-letters')
    const second = await ask('GET', '/dead-letters', { query: { cursor: String(first.json.cursor) } })

    const ids = [first, second].flatMap(({ json }) => json.deadLetters as { readonly id: string }[])
    expect([ids.length, new Set(ids.map(({ id }) => id)).size]).toEqual([62, 62])
    expect(second.json).not.toHaveProperty('cursor')
  })

  test('are replayed and discarded, after that was written into the audit', async () => {
    const { ask, letters, written } = await fixture()

    const replayed = await ask('POST', '/dead-letters/u/replay', { userArn: OPERATOR })
    const discarded = await ask('DELETE', '/dead-letters/r', { userArn: OPERATOR })

    expect([replayed.statusCode, discarded.statusCode]).toEqual([202, 200])
    expect(sentNames(letters.lambda)).toEqual(['Invoke'])
    expect([...letters.visible.values()].flat()).toEqual([])
    expect((await written()).map(({ what, about }) => [what, about]).toSorted()).toEqual([
      ['DeadLetterDiscarded', { deadLetter: 'r' }],
      ['DeadLetterReplayed', { cluster: 'golem', deadLetter: 'u' }],
    ])
  })

  test.each([
    ['GET', '/dead-letters/x', 404, 'DeadLetterNotFound'],
    ['DELETE', '/dead-letters/x', 404, 'DeadLetterNotFound'],
    ['POST', '/dead-letters/x/replay', 404, 'DeadLetterNotFound'],
    ['POST', '/dead-letters/r/replay', 409, 'DeadLetterNotReplayable'],
    ['POST', '/dead-letters/a b/replay', 400, 'InvalidInput'],
    ['PUT', '/dead-letters/r', 405, 'MethodNotAllowed'],
  ])('%s %s is refused', async (method, path, status, error) => {
    const { ask, written } = await fixture()

    const { statusCode, json } = await ask(method, path)

    expect([statusCode, json.type]).toEqual([status, `urn:irsa:error:${error}`])
    expect(await written()).toEqual([])
  })
})

describe('a cluster', () => {
  test('is protected and not any more, as often as somebody says so', async () => {
    const { ask, written } = await fixture()

    const put = await ask('PUT', '/clusters/golem/protection', { userArn: OPERATOR })
    const same = await ask('PUT', '/clusters/golem/protection')
    const removed = await ask('DELETE', '/clusters/golem/protection')

    expect([put.json.protected, same.json.protected, removed.json.protected]).toEqual([true, true, false])
    expect(same.json).toEqual(put.json)
    expect((await written()).map(({ what }) => what).toSorted()).toEqual([
      'ClusterProtected',
      'ClusterUnprotected',
    ])
  })

  test('is paused, and goes on', async () => {
    const { ask, states } = await fixture(aRun())

    const paused = await ask('PUT', '/clusters/golem/pause')
    expect([paused.json.paused, [...states.executions.keys()]]).toEqual([true, ['golem-1']])

    const resumed = await ask('DELETE', '/clusters/golem/pause')
    expect(resumed.json).toMatchObject({ paused: false, run: { state: 'STARTED' } })
    expect([...states.executions.keys()]).toEqual(['golem-1', 'golem-3'])
  })

  test('is abandoned when its removal has stopped, as often as somebody says so, and the first reason stays', async () => {
    const stopped = {
      ...aRun({ number: 2, workflow: 'deprovision', state: 'FAILED' }),
      lastError: LAST_ERROR,
    }
    const { ask, states, written } = await fixture({
      ...stopped,
      status: 'DELETING',
      removal: { force: false },
    })
    states.put('golem-2', { ...FAILED, input: inputOf(2), startDate: NOW })
    const abandon = (reason: string) =>
      ask('POST', '/clusters/golem/abandon', { userArn: OPERATOR, json: { reason } })

    const first = await abandon('account 111122223333 is closed')
    const again = await abandon('for another reason')

    expect([first.statusCode, again.statusCode]).toEqual([202, 202])
    expect(first.json).toMatchObject({
      status: 'DELETING',
      abandoned: { reason: 'account 111122223333 is closed', accounts: [] },
      run: { state: 'STARTED' },
    })
    expect(again.json).toEqual(first.json)
    expect(states.executions.get('golem-2')).toMatchObject({ redriveCount: 1 })
    expect(await written()).toMatchObject([
      {
        who: 'iam:arn:aws:iam::000000000000:role/operator',
        what: 'ClusterAbandoned',
        about: { cluster: 'golem' },
      },
    ])
  })

  test.each([{}, { reason: '' }, { reason: 'so\nsaid' }, { reason: 'x'.repeat(257) }])(
    'is not abandoned with %j',
    async (json) => {
      const { ask, written } = await fixture()

      const { statusCode, json: problem } = await ask('POST', '/clusters/golem/abandon', { json })

      expect(statusCode).toBe(400)
      expect(problem).toMatchObject({ errors: [{ pointer: '/reason' }] })
      expect(await written()).toEqual([])
    },
  )

  test.each(['PUT', 'DELETE'])('that is not there is 404 to %s', async (method) => {
    const { ask, written } = await fixture()

    for (const what of ['protection', 'pause'])
      expect((await ask(method, `/clusters/gaia/${what}`)).statusCode).toBe(404)
    expect(await written()).toEqual([])
  })
})

describe('POST /explain', () => {
  const ROLE = 'arn:aws:iam::000000000000:role/irsa/golem/dev_golem_default_reader'

  async function withRole() {
    const all = await fixture()
    const request = { namespace: 'default', serviceAccount: 'reader', policies: [] }
    const asked = {
      cluster: 'golem',
      request,
      requestedBy: 'team',
      now: NOW,
      admit: () => [{ tenant: 'team', guardRails: NO_LIMITS }] as const,
    }
    await requestRole(all.table, STACK, asked)
    for (const tenant of ['team', 'other']) {
      const principals = [`iam:arn:aws:iam::000000000000:role/${tenant}`]
      const rules = parseTenantRules({
        rules: [{ principals, clusters: ['golem'], namespaces: ['default'] }],
      })
      await putTenant(all.table, { ...rules, tenant, version: 1 })
    }
    return all
  }

  test('says what STS would do, and repeats and writes down nothing of the token', async () => {
    const { ask, written } = await withRole()
    const token = tokenOfPod()

    const { statusCode, body, json } = await ask('POST', '/explain', {
      userArn: TEAM,
      json: { token, roleArn: ROLE },
    })

    expect(statusCode).toBe(200)
    expect(json).toMatchObject({
      isAdmitted: false,
      steps: [{ name: 'token', outcome: 'passes' }, {}, {}, {}, {}, {}, {}, {}],
    })
    for (const part of token.split('.')) expect(body).not.toContain(part)
    expect(await written()).toEqual([])
  })

  test('fetches nothing from an issuer that is not of this stack', async () => {
    const { ask, fetched } = await withRole()

    await ask('POST', '/explain', {
      json: { token: tokenOfPod('https://evil.example.org'), roleArn: ROLE },
    })

    expect(fetched).toEqual([])
  })

  test.each([
    ['of another tenant', OTHER_TEAM, ROLE],
    ['that nobody asked for', ADMINISTRATOR, ROLE.replace('reader', 'writer')],
    ['of another path', ADMINISTRATOR, ROLE.replace('/golem/', '/gaia/')],
    ['of another account', ADMINISTRATOR, ROLE.replace('000000000000', '111122223333')],
    ['that is not ours', ADMINISTRATOR, 'arn:aws:iam::000000000000:role/admin'],
  ])('does not know a role %s', async (_, userArn, roleArn) => {
    const { ask, fetched } = await withRole()

    const { statusCode, json } = await ask('POST', '/explain', {
      userArn,
      json: { token: tokenOfPod(), roleArn },
    })

    expect([statusCode, json.type]).toEqual([404, 'urn:irsa:error:RoleNotFound'])
    expect(fetched).toEqual([])
  })

  test.each([
    ['no token', { roleArn: ROLE }, '/token'],
    ['an ARN that is none', { token: 'secret-token', roleArn: 'secret-token' }, '/roleArn'],
    ['a token that is too long', { token: `secret-token${'x'.repeat(20_000)}`, roleArn: ROLE }, '/token'],
  ])('refuses %s, without repeating what was there', async (_, json, pointer) => {
    const { ask } = await withRole()

    const answered = await ask('POST', '/explain', { json })

    expect(answered.statusCode).toBe(400)
    expect(answered.json.errors).toMatchObject([{ pointer }])
    expect(answered.body).not.toContain('secret-token')
  })
})
