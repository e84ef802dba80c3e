/** Outbound `Issuer Ready`: the issuer answers, IAM trusts it, and roles can be assumed as they are made. */
import * as z from 'zod'
import { clusterMembers } from './outcome.ts'

export const ISSUER_READY = 'Issuer Ready'

export const issuerReadyDetail = z.strictObject({
  ...clusterMembers,
  providerArn: z.string(),
  audiences: z
    .array(z.string())
    .describe("For projected tokens; the first is the pod identity webhook's --token-audience."),
})
