/** What the guard rails find in a request of the example's cluster. */
import type { PolicyContext } from '../../../../lib/policy/context.ts'
import { type GuardRails, guardRailFindings } from '../../../../lib/policy/guard-rails.ts'
import { parseRoleContent } from '../../../../lib/policy/request.ts'
import { STACK } from '../../resources/golem.ts'

export const CONTEXT: PolicyContext = {
  partition: 'aws',
  accountId: '111122223333',
  clusterAccountId: '111122223333',
  region: 'eu-central-1',
  cluster: 'golem',
  allowedManagedPolicies: ['arn:aws:iam::aws:policy/*'],
  targetAccounts: ['444455556666'],
}

export const QUEUE = 'arn:aws:sqs:eu-central-1:111122223333:ledger'

export function findingsOf(content: object, guardRails?: GuardRails) {
  return guardRailFindings(parseRoleContent({ policies: [], ...content }), CONTEXT, STACK, guardRails)
}

/** `<pointer> <rule> <severity>` of each. */
export function found(content: object, guardRails?: GuardRails): string[] {
  return findingsOf(content, guardRails).map(
    ({ pointer, rule, severity }) => `${pointer} ${rule} ${severity}`,
  )
}

/** One statement as the only one of its request. */
export function allowing(Action: string | string[], Resource: string | string[] = QUEUE) {
  return { policies: [{ statements: [{ Effect: 'Allow', Action, Resource }] }] }
}
