/** Tenants: who may ask for what. For administrators only. */
import { isDeepStrictEqual } from 'node:util'
import * as z from 'zod'
import { auditEntry } from '../audit/entry.ts'
import { appendAudit } from '../audit/log.ts'
import { PreconditionFailed, TenantNotFound, VersionConflict } from '../errors.ts'
import { deleteTenant, putTenant, readTenant, type TenantRecord } from '../registry/tenants.ts'
import type { Caller } from '../tenancy/caller.ts'
import { parseTenantRules, type TenantRules, tenantRulesSchema } from '../tenancy/tenant.ts'
import { none, tenantPath } from './parameters.ts'
import { type Api, etag, route } from './route.ts'
import { requireAdministrator } from './visible.ts'

const tenantAnswer = {
  name: 'Tenant',
  schema: z.strictObject({
    tenant: z.string(),
    ...tenantRulesSchema.shape,
    version: z.int(),
    changeId: z.string().optional().describe('Of the entry in the audit that made it so.'),
  }),
}

export const getTenant = route({
  method: 'GET',
  path: '/tenants/{tenant}',
  operation: 'getTenant',
  summary: "A tenant's rules",
  access: 'authorised',
  parameters: tenantPath,
  query: none,
  answers: { 200: { description: 'The tenant.', content: tenantAnswer } },
  errors: ['TenantNotFound'],
  async run(api, { caller, path: { tenant } }) {
    requireAdministrator(api, caller)
    const record = await readTenant(api.table, tenant)
    if (record === undefined) throw new TenantNotFound(tenant)
    return { status: 200, body: record, headers: etag(record.version) }
  },
})

export const setTenant = route({
  method: 'PUT',
  path: '/tenants/{tenant}',
  operation: 'putTenant',
  summary: 'Say what a tenant may ask for',
  description:
    'Holds for requests from now on; roles that are there stay. Whoever no rule names is refused. The same again changes nothing.',
  access: 'authorised',
  parameters: tenantPath,
  query: none,
  versioned: true,
  body: { name: 'TenantRules', schema: tenantRulesSchema },
  answers: {
    200: { description: 'The tenant was there already.', content: tenantAnswer },
    201: { description: 'The tenant is new.', content: tenantAnswer },
  },
  errors: ['VersionConflict', 'PreconditionFailed'],
  async run(api, { caller, path: { tenant }, body, expectedVersion }) {
    requireAdministrator(api, caller)
    const rules = parseTenantRules(body)
    const existing = await readTenant(api.table, tenant)
    checkVersion(existing, expectedVersion)
    const wanted = { ...rules, tenant, version: (existing?.version ?? 0) + 1 }
    const record = has(existing, rules) ? existing : await change(api, caller, existing, wanted)
    return { status: existing === undefined ? 201 : 200, body: record, headers: etag(record.version) }
  },
})

export const removeTenant = route({
  method: 'DELETE',
  path: '/tenants/{tenant}',
  operation: 'deleteTenant',
  summary: 'Forget a tenant',
  description: 'Its roles stay, and are seen by administrators and operators only.',
  access: 'authorised',
  parameters: tenantPath,
  query: none,
  versioned: true,
  answers: { 204: { description: 'There is no such tenant any more.' } },
  errors: ['VersionConflict', 'PreconditionFailed'],
  async run(api, { caller, path: { tenant }, expectedVersion }) {
    requireAdministrator(api, caller)
    const existing = await readTenant(api.table, tenant)
    checkVersion(existing, expectedVersion)
    if (existing !== undefined) await remove(api, caller, existing)
    return { status: 204, body: undefined }
  },
})

function has(record: TenantRecord | undefined, rules: TenantRules): record is TenantRecord {
  if (record === undefined) return false
  const { tenant: _, version: __, changeId: ___, ...present } = record
  return isDeepStrictEqual(present, rules)
}

async function change(
  { table, audit, now }: Api,
  { principal }: Caller,
  before: TenantRecord | undefined,
  after: TenantRecord,
): Promise<TenantRecord> {
  const { tenant } = after
  const at = now().toISOString()
  const entry = auditEntry({ at, who: principal, what: 'TenantChanged', about: { tenant }, before, after })
  await appendAudit(audit, entry)
  const record = { ...after, changeId: entry.changeId }
  if (await putTenant(table, record)) return record
  // By this very call, perhaps: the SDK sends it again when the answer is lost.
  if (!isDeepStrictEqual(await readTenant(table, tenant), record)) throw changedMeanwhile(tenant)
  return record
}

async function remove(
  { table, audit, now }: Api,
  { principal }: Caller,
  before: TenantRecord,
): Promise<void> {
  const { tenant, version } = before
  const at = now().toISOString()
  await appendAudit(
    audit,
    auditEntry({ at, who: principal, what: 'TenantRemoved', about: { tenant }, before }),
  )
  if (await deleteTenant(table, tenant, version)) return
  if ((await readTenant(table, tenant)) !== undefined) throw changedMeanwhile(tenant)
}

function checkVersion(existing: TenantRecord | undefined, expected: number | undefined): void {
  const version = existing?.version ?? 0
  if (expected === undefined || expected === version) return
  throw new PreconditionFailed(
    version === 0 ? 'There is no such tenant.' : `The tenant has version ${version}.`,
  )
}

function changedMeanwhile(tenant: string): VersionConflict {
  return new VersionConflict(`The tenant ${tenant} was changed at the same time.`)
}
