/** Tenants: who may ask for what. For administrators only. */
import { isDeepStrictEqual } from 'node:util'
import * as z from 'zod'
import { PreconditionFailed, TenantNotFound, VersionConflict } from '../errors.ts'
import { deleteTenant, putTenant, readTenant, type TenantRecord } from '../registry/tenants.ts'
import { parseTenantRules, tenantRulesSchema } from '../tenancy/tenant.ts'
import { none, tenantPath } from './parameters.ts'
import { etag, route } from './route.ts'
import { requireAdministrator } from './visible.ts'

const tenantAnswer = {
  name: 'Tenant',
  schema: z.strictObject({ tenant: z.string(), ...tenantRulesSchema.shape, version: z.int() }),
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
    const wanted = { ...parseTenantRules(body), tenant }
    const existing = await readTenant(api.table, tenant)
    checkVersion(existing, expectedVersion)
    const version = existing?.version ?? 0
    const isSame = existing !== undefined && isDeepStrictEqual(existing, { ...wanted, version })
    if (!isSame && !(await putTenant(api.table, wanted, version))) await unlessWritten(wanted)
    const record = isSame ? existing : { ...wanted, version: version + 1 }
    return { status: existing === undefined ? 201 : 200, body: record, headers: etag(record.version) }

    /** By this very call: the SDK sends it again when the answer is lost. */
    async function unlessWritten(rules: typeof wanted): Promise<void> {
      const latest = await readTenant(api.table, tenant)
      if (!isDeepStrictEqual(latest, { ...rules, version: version + 1 })) throw changedMeanwhile(tenant)
    }
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
    if (existing !== undefined && !(await deleteTenant(api.table, tenant, existing.version)))
      if ((await readTenant(api.table, tenant)) !== undefined) throw changedMeanwhile(tenant)
    return { status: 204, body: undefined }
  },
})

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
