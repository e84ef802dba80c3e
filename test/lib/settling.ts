/** What is told, and the roles that are made, while a cluster's roles are settled. */
import { isDeepStrictEqual } from 'node:util'
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge'
import { mockClient } from 'aws-sdk-client-mock'
import type { Resource } from '../../lib/resource.ts'
import type { DesiredRole, RoleOutputs } from '../../lib/role.ts'

export const ROLE_ARN = 'arn:aws:iam::000000000000:role/irsa/golem/dev_golem_default_reader'

/** A bus, and what was put on it: name and detail. */
export function aBus() {
  const eventBridge = new EventBridgeClient({ region: 'eu-central-1' })
  const bus = mockClient(eventBridge)
  bus.on(PutEventsCommand).resolves({ FailedEntryCount: 0 })
  return {
    bus,
    publisher: { eventBridge, eventBusName: 'irsa-dev' },
    published: () =>
      bus
        .commandCalls(PutEventsCommand)
        .flatMap(({ args: [{ input }] }) => input.Entries ?? [])
        .map(({ DetailType, Detail = '' }): [string | undefined, unknown] => [
          DetailType,
          JSON.parse(Detail),
        ]),
  }
}

/** IAM that makes and deletes what it is asked for, unless `fails` throws first; and what it made and deleted. */
export function aRoleResource(fails: (role: DesiredRole) => void = () => undefined) {
  const made: DesiredRole[] = []
  const deleted: DesiredRole[] = []
  const there = new Map<string, DesiredRole>()
  const roles: Resource<DesiredRole, RoleOutputs> = {
    async observe(role) {
      fails(role)
      const found = there.get(role.roleName)
      if (found === undefined) return { status: 'absent' }
      const outputs = {
        roleArn: `arn:aws:iam::${role.accountId}:role${role.path}${role.roleName}`,
        roleId: 'AROA1',
      }
      const differences = isSame(found, role) ? [] : [{ field: 'Role', desired: role, observed: found }]
      return { status: 'ready', outputs, differences }
    },
    async create(role) {
      made.push(role)
      there.set(role.roleName, role)
      return undefined
    },
    async delete(role) {
      fails(role)
      if (there.delete(role.roleName)) deleted.push(role)
    },
  }
  return { roles, made, deleted, there }
}

/** As it was asked for; the hint is no part of that. */
function isSame(one: object, other: object): boolean {
  return isDeepStrictEqual({ ...one, hint: undefined }, { ...other, hint: undefined })
}
