/** Who is let in to the operators' routes: nothing happens for others. */
import { expect, test } from 'vitest'
import { OPERATION_ROUTES } from '../../../../lib/api/operations/routes.ts'
import { sentNames } from '../../aws/sdk.ts'
import { ADMINISTRATOR, APPROVER, OPERATOR, TEAM } from '../fixture.ts'
import { fixture } from './fixture.ts'

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
