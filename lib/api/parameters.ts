/** The parameters of paths and queries. */
import * as z from 'zod'
import { clusterName } from '../events/cluster-name.ts'
import { namespaceFault, serviceAccountFault } from '../oidc/subject.ts'
import { stringWith } from '../parse.ts'
import { tenantName } from '../tenancy/tenant.ts'

export const none = z.strictObject({})

export const clusterPath = z.strictObject({ cluster: clusterName })

export const rolePath = clusterPath.extend({
  namespace: stringWith(namespaceFault),
  serviceAccount: stringWith(serviceAccountFault),
})

export const tenantPath = z.strictObject({ tenant: tenantName })

export const cursor = z
  .string()
  .max(500)
  .optional()
  .describe('Of the page before; without it, the first page.')
