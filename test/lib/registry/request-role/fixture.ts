/** Requests for a role on the example's cluster. */
import { type RoleAsked, requestRole } from '../../../../lib/registry/request-role.ts'
import type { Table } from '../../../../lib/registry/table.ts'
import { STACK } from '../../resources/golem.ts'
import { type Around, aTableWith, golemRecord } from '../registry.ts'

export const KEY = { namespace: 'default', serviceAccount: 'reader' }
export const S3_READ = 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess'
export const SQS_READ = 'arn:aws:iam::aws:policy/AmazonSQSReadOnlyAccess'

export function ask(table: Table, request: object = {}, asked: Partial<RoleAsked> = {}) {
  return requestRole(table, STACK, {
    cluster: 'golem',
    request: { ...KEY, policies: [{ arn: S3_READ }], ...request },
    requestedBy: 'iam:deployer',
    now: new Date('2026-01-31T12:00:00Z'),
    ...asked,
  })
}

export function theTable(around?: Around): Promise<Table> {
  return aTableWith(golemRecord(), around)
}
