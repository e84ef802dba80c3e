/** The route of plans: who is let in, what it answers, what it refuses. What a plan says has tests of its own. */
import { describe, expect, test } from 'vitest'
import { planRoute } from '../../../lib/api/plan/route.ts'
import { createRouter } from '../../../lib/api/router.ts'
import { putRoleRequest } from '../../../lib/registry/roles.ts'
import { newKeys } from '../../workflow/pipeline.ts'
import { inspectingOf, type Things } from '../inspecting.ts'
import { aRoleRequest, aTableWith, golemRecord, itemsOf } from '../registry/registry.ts'
import { ADMINISTRATOR, APPROVER, askingOf, commonContext, OPERATOR, TEAM } from './fixture.ts'

const PATH = '/clusters/golem/plan'
const GOLEM = { cluster: 'golem', baseDomain: 'golem.gigantic.io', serviceAccountKeys: [newKeys().pem] }

async function theWorld({ things = new Map(), status = 'READY', roles = 1 }: Wish = {}) {
  const table = await aTableWith(golemRecord({ status }))
  for (let index = 0; index < roles; index++)
    await putRoleRequest(table, { ...aRoleRequest(), serviceAccount: `reader-${index}` }, 0)
  const api = { ...(await commonContext()), ...inspectingOf(table, things) }
  return { table, ask: askingOf(createRouter(api, [planRoute])) }
}

interface Wish {
  readonly things?: Things
  readonly status?: 'READY' | 'DELETING'
  readonly roles?: number
}

const created = (changes: object) => ({
  event: { detailType: 'Cluster Created', detail: { ...GOLEM, ...changes } },
})

describe('a plan', () => {
  test('is for operators, approvers and administrators', async () => {
    const { ask } = await theWorld()
    const statuses: number[] = []
    for (const userArn of [ADMINISTRATOR, OPERATOR, APPROVER, TEAM])
      statuses.push((await ask('POST', PATH, { userArn, json: {} })).statusCode)

    expect(statuses).toEqual([200, 200, 200, 403])
  })

  test('says what a run would do, and writes nothing', async () => {
    const { ask, table } = await theWorld({
      things: new Map([['alias', () => ({ status: 'absent' as const })]]),
    })
    const before = await itemsOf(table)

    const { json } = await ask('POST', PATH, { userArn: OPERATOR, json: {} })

    expect(json).toMatchObject({ cluster: 'golem', rolesLeftOut: 0 })
    expect(json.things).toMatchObject([
      { resource: 'bucket', action: 'keep' },
      { resource: 'certificate', action: 'keep' },
      { resource: 'distribution', action: 'keep' },
      { resource: 'alias', action: 'create' },
      { resource: 'provider', action: 'keep' },
      { resource: 'role default/reader-0', action: 'keep' },
    ])
    expect(await itemsOf(table)).toEqual(before)
  })

  test('of a removal goes backwards', async () => {
    const { ask } = await theWorld()

    const { json } = await ask('POST', PATH, { json: { delete: true } })

    expect(json.things).toMatchObject([
      { resource: 'role default/reader-0', action: 'remove' },
      ...['provider', 'alias', 'distribution', 'certificate', 'bucket'].map((resource) => ({ resource })),
    ])
  })

  test('of an event that is wrong says where', async () => {
    const { ask } = await theWorld()

    const { statusCode, json } = await ask('POST', PATH, { json: created({ audiences: [''] }) })

    expect(statusCode).toBe(400)
    expect(json.errors).toMatchObject([{ pointer: '/event/detail/audiences/0' }])
  })

  test('says how many roles it has not looked at', async () => {
    const { ask } = await theWorld({ roles: 203 })

    const { json } = await ask('POST', PATH, { json: {} })

    expect(json.rolesLeftOut).toBe(3)
    expect(json.things).toHaveLength(205)
  })
})

test.each<[string, Wish, object, number, string]>([
  ['of no cluster', {}, {}, 404, 'ClusterNotFound'],
  ['of both', {}, { delete: true, ...created({}) }, 400, 'InvalidInput'],
  [
    'of a private key',
    {},
    created({ serviceAccountKeys: [newKeys().privateKey.export({ type: 'pkcs8', format: 'pem' })] }),
    400,
    'PrivateKeyInInput',
  ],
  ['of another base domain', {}, created({ baseDomain: 'other.gigantic.io' }), 400, 'ClusterChangeRefused'],
])('a plan %s is refused', async (what, wish, json, status, error) => {
  const { ask } = await theWorld(wish)

  const refused = await ask('POST', what === 'of no cluster' ? '/clusters/gaia/plan' : PATH, { json })

  expect([refused.statusCode, refused.json.type]).toEqual([status, `urn:irsa:error:${error}`])
})
