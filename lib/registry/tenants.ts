/** Tenants and their rules. All in one partition: what a caller may do is decided from a consistent read of all of them. */
import * as z from 'zod'
import { tenantRulesSchema } from '../tenancy/tenant.ts'
import { deleteItem, getItem, type Item, type Key, putItem, queryItems, type Table } from './table.ts'

const PARTITION = 'TENANTS'

const tenantItem = tenantRulesSchema
  .extend({
    tenant: z.string(),
    version: z.int(),
    /** Of its entry in the audit. */
    changeId: z.string().exactOptional(),
  })
  .strip()

export type TenantRecord = z.output<typeof tenantItem>

export async function readTenants(table: Table): Promise<TenantRecord[]> {
  const tenants: TenantRecord[] = []
  for await (const item of queryItems(table, PARTITION, 'TENANT#')) tenants.push(tenantOf(item))
  return tenants
}

export async function readTenant(table: Table, tenant: string): Promise<TenantRecord | undefined> {
  const item = await getItem(table, tenantKey(tenant))
  return item === undefined ? undefined : tenantOf(item)
}

/** False when the one that is there has not the version before by now. */
export function putTenant(table: Table, tenant: TenantRecord): Promise<boolean> {
  return putItem(table, { ...tenant, ...tenantKey(tenant.tenant) }, unchanged(tenant.version - 1))
}

/** False when it has another version than `previous` by now. */
export function deleteTenant(table: Table, tenant: string, previous: number): Promise<boolean> {
  return deleteItem(table, tenantKey(tenant), unchanged(previous))
}

function unchanged(previous: number) {
  if (previous === 0) return { expression: 'attribute_not_exists(pk)' }
  return { expression: 'version = :version', values: { ':version': previous } }
}

function tenantKey(tenant: string): Key {
  return { pk: PARTITION, sk: `TENANT#${tenant}` }
}

function tenantOf(item: Item): TenantRecord {
  return tenantItem.parse(item)
}
