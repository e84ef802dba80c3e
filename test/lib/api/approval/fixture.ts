/** A team whose rule admits small policies at once and wide ones with an approval, and who decides. */
import { expect } from 'vitest'
import type { Table } from '../../../../lib/registry/table.ts'
import { aTable } from '../../registry/registry.ts'
import { APPROVER, type Ask, anApi, ROLE, TEAM, TEAM_PRINCIPAL, type Wish } from '../fixture.ts'

export const SMALL = { policies: [{ arn: 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess' }] }
export const WIDE = { policies: [{ arn: 'arn:aws:iam::aws:policy/AmazonS3FullAccess' }] }
export const WIDER = { policies: [{ arn: 'arn:aws:iam::aws:policy/AmazonSQSFullAccess' }] }
export const APPROVER_PRINCIPAL = 'iam:arn:aws:iam::000000000000:role/approver'

export interface World {
  readonly table: Table
  readonly ask: Ask
  readonly put: (json: object, wish?: Wish) => ReturnType<Ask>
  readonly approve: (version: number, wish?: Wish) => ReturnType<Ask>
  readonly reject: (version: number, wish?: Wish) => ReturnType<Ask>
}

/** A team that may have managed policies of AWS's, and of which the approver is a member too. */
export async function theWorld(rule: object = {}): Promise<World> {
  const table = await aTable()
  const ask = await anApi(table)
  const whole = {
    principals: [TEAM_PRINCIPAL, APPROVER_PRINCIPAL],
    clusters: ['golem'],
    namespaces: ['default'],
    managedPolicies: ['arn:aws:iam::aws:policy/*'],
    ...rule,
  }
  expect((await ask('PUT', '/tenants/team', { json: { rules: [whole] } })).statusCode).toBe(201)
  const decide =
    (how: string, json?: object) =>
    (version: number, wish: Wish = {}) =>
      ask('POST', `${ROLE}/${how}`, {
        userArn: APPROVER,
        headers: { 'if-match': `"${version}"` },
        ...(json && { json }),
        ...wish,
      })
  return {
    table,
    ask,
    put: (json, wish) => ask('PUT', ROLE, { json, userArn: TEAM, ...wish }),
    approve: decide('approve'),
    reject: decide('reject', { reason: 'One bucket is enough.' }),
  }
}
