import { expect, test } from 'vitest'
import { OPERATION_ROUTES } from '../../../lib/api/operations/routes.ts'
import { createRouter } from '../../../lib/api/router.ts'
import { changeCluster, requireCluster } from '../../../lib/registry/cluster-record.ts'
import { anAuditTable } from '../audit/audit-table.ts'
import { EC_KID, EC_PEM, RSA_KID, RSA_PEM } from '../oidc/keys.ts'
import { opsFixture } from '../ops/fixture.ts'
import { theQueues } from '../ops/queues.ts'
import { type Around, golemRecord, itemsOf } from '../registry/registry.ts'
import { askingOf, commonContext, NOW, OPERATOR, TEAM } from './fixture.ts'

const PATH = '/clusters/golem/keys'
const BOTH = { serviceAccountKeys: [EC_PEM, RSA_PEM] }

async function api(around?: Around) {
  const audit = await anAuditTable()
  const { table, replaying, workflows } = await opsFixture([golemRecord()], around)
  const context = {
    ...replaying,
    ...workflows,
    ...(await commonContext(audit)),
    queues: theQueues({}).queues,
    iamIfOwn: () => undefined,
    fetchIssuer: async () => ({ fault: 'nobody answers' }),
  }
  const ask = askingOf(createRouter(context, OPERATION_ROUTES))
  return { table, audit, ask, golem: () => requireCluster(table, 'golem') }
}

test('other keys are put on record, into the audit, and a run is started', async () => {
  const { ask, golem, audit } = await api()

  const { statusCode, json } = await ask('PUT', PATH, { json: BOTH })

  const lastListed = NOW.toISOString()
  expect(statusCode).toBe(202)
  expect(json).toEqual({
    cluster: 'golem',
    generation: 2,
    keys: [
      { kid: EC_KID, lastListed },
      { kid: RSA_KID, lastListed },
    ],
  })
  const record = await golem()
  expect(record).toMatchObject({ generation: 2, run: { number: 1, generation: 2, state: 'STARTED' } })
  expect(await itemsOf(audit)).toMatchObject([
    {
      what: 'KeysChanged',
      who: 'iam:arn:aws:iam::000000000000:user/admin',
      changeId: record.keysChangeId,
      before: { published: [EC_KID] },
      after: { listed: [EC_KID, RSA_KID] },
    },
  ])
})

test('an event that came in between stays: whoever puts the keys is told', async () => {
  let overtake: (() => Promise<unknown>) | undefined
  const { table, ask, golem } = await api(async (call, operation) => {
    const first = operation === 'PutItem' ? overtake : undefined
    if (first) overtake = undefined
    await first?.()
    return call()
  })
  const lastEvent = { id: 'later', time: new Date(NOW.getTime() + 1000).toISOString() }
  overtake = () => changeCluster(table, 'golem', (known) => known && { ...known, lastEvent })

  const { statusCode, json } = await ask('PUT', PATH, { json: BOTH })

  expect([statusCode, json.type]).toEqual([409, 'urn:irsa:error:VersionConflict'])
  expect((await golem()).lastEvent).toEqual(lastEvent)
})

test('may be put again: nothing is changed', async () => {
  const { ask, golem } = await api()
  await ask('PUT', PATH, { json: BOTH })

  expect((await ask('PUT', PATH, { json: BOTH })).json).toMatchObject({ generation: 2 })

  expect(await golem()).toMatchObject({ runs: 1 })
})

test('retireNow takes the others off at once', async () => {
  const { ask, golem } = await api()

  await ask('PUT', PATH, { json: { serviceAccountKeys: [RSA_PEM], retireNow: 'disclosed' } })

  expect((await golem()).keys.map(({ kid }) => kid)).toEqual([RSA_KID])
})

test('count as later than an event whose sender’s clock is ahead', async () => {
  const { ask, golem, table } = await api()
  const time = new Date(NOW.getTime() + 60_000).toISOString()
  await changeCluster(table, 'golem', (known) => known && { ...known, lastEvent: { id: 'ahead', time } })

  expect((await ask('PUT', PATH, { json: BOTH })).statusCode).toBe(202)

  expect(await golem()).toMatchObject({ generation: 2, lastEvent: { time } })
})

test.each([
  ['of a team', { userArn: TEAM, json: BOTH }, 403],
  ['of an operator, who reads only', { userArn: OPERATOR, json: BOTH }, 403],
  ['without keys', { json: { serviceAccountKeys: [] } }, 400],
  ['with both kinds of keys', { json: { ...BOTH, jwks: { keys: [] } } }, 400],
  ['with a reason that is empty', { json: { ...BOTH, retireNow: '' } }, 400],
] as const)('a request %s is refused, and nothing is written', async (_, wish, status) => {
  const { ask, table, audit } = await api()
  const before = await itemsOf(table)

  expect((await ask('PUT', PATH, wish)).statusCode).toBe(status)

  expect(await itemsOf(table)).toEqual(before)
  expect(await itemsOf(audit)).toEqual([])
})

test.each([
  ['DELETING', 409],
  ['DELETED', 404],
] as const)('a cluster that is %s has no keys to change', async (status, answered) => {
  const { ask, table } = await api()
  await changeCluster(table, 'golem', (known) => known && { ...known, status })

  expect((await ask('PUT', PATH, { json: BOTH })).statusCode).toBe(answered)
})
