/** Somebody else is faster, between what a call has read and what it writes. */
import { expect, test } from 'vitest'
import { putRoleRequest, readRoleRequest } from '../../../lib/registry/roles.ts'
import type { Table } from '../../../lib/registry/table.ts'
import { putTenant, readTenant } from '../../../lib/registry/tenants.ts'
import { aTable } from '../registry/registry.ts'
import { APPROVER, type Ask, anApi, ROLE, ROLE_KEY, TEAM, TEAM_PRINCIPAL } from './fixture.ts'

const RULE = {
  principals: [TEAM_PRINCIPAL],
  clusters: ['golem'],
  namespaces: ['default'],
  withApproval: { managedPolicies: ['arn:aws:iam::aws:policy/*'] },
}
const RULES = { rules: [RULE] }
const CONTENT = { policies: [{ arn: 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess' }] }

/** `overtake` goes first, once, when the next write of that kind comes. */
async function theWorld(operation: string, overtake: (table: Table) => Promise<unknown>) {
  let isArmed = false
  const table: Table = await aTable(async (call, name) => {
    if (isArmed && name === operation) {
      isArmed = false
      await overtake(table)
    }
    return call()
  })
  const ask = await anApi(table)
  await ask('PUT', '/tenants/team', { json: RULES })
  await ask('PUT', ROLE, { json: CONTENT, userArn: TEAM })
  return {
    async ask(...call: Parameters<Ask>) {
      isArmed = true
      return ask(...call)
    },
  }
}

async function changeTenant(table: Table): Promise<void> {
  const tenant = await readTenant(table, 'team')
  if (tenant) await putTenant(table, { ...tenant, version: tenant.version + 1, description: 'by another' })
}

async function changeRequest(table: Table): Promise<void> {
  const request = await readRoleRequest(table, 'golem', ROLE_KEY)
  if (request) await putRoleRequest(table, { ...request, version: request.version + 1 }, request.version)
}

test.each<[string, string, (table: Table) => Promise<void>, Parameters<Ask>]>([
  [
    'putTenant',
    'PutItem',
    changeTenant,
    ['PUT', '/tenants/team', { json: { ...RULES, description: 'mine' } }],
  ],
  ['deleteTenant', 'DeleteItem', changeTenant, ['DELETE', '/tenants/team']],
  ...(['approve', 'reject'] as const).map((how): [string, string, typeof changeRequest, Parameters<Ask>] => [
    `${how}Role`,
    'PutItem',
    changeRequest,
    [
      'POST',
      `${ROLE}/${how}`,
      {
        userArn: APPROVER,
        headers: { 'if-match': '"1"' },
        ...(how === 'reject' && { json: { reason: 'no' } }),
      },
    ],
  ]),
])('%s is told that it was changed at the same time', async (_, operation, overtake, call) => {
  const { ask } = await theWorld(operation, overtake)

  const { statusCode, json } = await ask(...call)

  expect([statusCode, json.type]).toEqual([409, 'urn:irsa:error:VersionConflict'])
})
