/** What STS would do with a pod's token, for who may read the role. */
import type * as z from 'zod'
import { parseRoleArn } from '../../aws/names.ts'
import { RoleNotFound } from '../../errors.ts'
import { explainToken } from '../../ops/explain-token.ts'
import { parse } from '../../parse.ts'
import { findRoleHolder } from '../../registry/claims.ts'
import { readCluster } from '../../registry/cluster-record.ts'
import { readRoleRequest } from '../../registry/roles.ts'
import { roleArnOf } from '../../role-compile.ts'
import { answering } from '../route.ts'
import { type Sight, sightOf } from '../visible.ts'
import type { OperationsApi } from './context.ts'
import { EXPLAIN, explainBody } from './published/explain.ts'

export const explainRoute = answering(EXPLAIN, async (api: OperationsApi, { caller, body }) => {
  const { token, roleArn } = parse(explainBody, body, 'body')
  if (!(await isVisible(api, await sightOf(api, caller), roleArn))) throw new RoleNotFound(undefined, roleArn)
  const { region } = api.stack
  return { status: 200, body: await explainToken({ ...api, region }, token, roleArn) }
})

/** A role that nobody asked us for is nobody's to read here. */
async function isVisible(
  { table, stack }: OperationsApi,
  sight: Sight,
  roleArn: z.output<typeof explainBody>['roleArn'],
): Promise<boolean> {
  const name = parseRoleArn(roleArn)
  const holder = name && (await findRoleHolder(table, name))
  if (holder === undefined || !sight.cluster(holder.cluster)) return false
  const record = await readCluster(table, holder.cluster)
  const request = await readRoleRequest(table, holder.cluster, holder)
  if (record === undefined || request === undefined || !sight.role(request)) return false
  return roleArnOf(stack, record.desired, request) === roleArn
}
