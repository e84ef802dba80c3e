/** What a caller may know of. What is others' is answered like what is not there. */
import { ClusterNotFound, NotPermitted, RoleNotFound } from '../errors.ts'
import { type ClusterRecord, readCluster } from '../registry/cluster-record.ts'
import type { RoleKey, RoleRequestRecord } from '../registry/roles.ts'
import { readTenants } from '../registry/tenants.ts'
import { type Caller, isAdministrator, isApprover, isOperator, readsEverything } from '../tenancy/caller.ts'
import { seesCluster, tenantsIn } from '../tenancy/evaluate.ts'
import type { Tenant } from '../tenancy/tenant.ts'
import type { Api } from './route.ts'

export interface Sight {
  readonly isAdministrator: boolean
  /** Of administrators, operators and approvers. */
  readonly everything: boolean
  readonly tenants: readonly Tenant[]
  readonly cluster: (name: string) => boolean
  readonly role: (request: Pick<RoleRequestRecord, 'cluster' | 'namespace' | 'tenant'>) => boolean
}

/** By the rules as they are now. */
export async function sightOf({ table, authority }: Api, caller: Caller): Promise<Sight> {
  const seesAll = readsEverything(authority, caller)
  const tenants = await readTenants(table)
  return {
    isAdministrator: isAdministrator(authority, caller),
    everything: seesAll,
    tenants,
    cluster: (name) => seesAll || seesCluster(tenants, caller, name),
    role: ({ tenant, ...place }) =>
      seesAll || (tenant !== undefined && tenantsIn(tenants, caller, place).has(tenant)),
  }
}

/** Throws ClusterNotFound. */
export async function requireVisibleCluster(api: Api, sight: Sight, name: string): Promise<ClusterRecord> {
  const record = sight.cluster(name) ? await readCluster(api.table, name) : undefined
  if (record === undefined) throw new ClusterNotFound(name)
  return record
}

export function roleNotFound({
  cluster,
  namespace,
  serviceAccount,
}: RoleKey & { readonly cluster: string }): RoleNotFound {
  return new RoleNotFound(cluster, `${namespace}/${serviceAccount}`)
}

/** For what shows everything and changes nothing: operators, approvers and administrators. Throws NotPermitted. */
export function requireReader({ authority }: Api, caller: Caller): void {
  if (!readsEverything(authority, caller))
    throw new NotPermitted('This is for operators and approvers of the stack only.')
}

/** Administrators are operators too. Throws NotPermitted. */
export function requireOperator({ authority }: Api, caller: Caller): void {
  if (!isOperator(authority, caller)) throw new NotPermitted('This is for operators of the stack only.')
}

/** Throws NotPermitted. */
export function requireAdministrator({ authority }: Api, caller: Caller): void {
  if (!isAdministrator(authority, caller))
    throw new NotPermitted('This is for administrators of the stack only.')
}

/** Throws NotPermitted. */
export function requireApprover({ authority }: Api, caller: Caller): void {
  if (!isApprover(authority, caller)) throw new NotPermitted('This is for approvers of the stack only.')
}
