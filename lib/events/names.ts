/** Every event that we take and every event that we send, by its detail-type. */
import * as z from 'zod'
import { APPROVAL_DECIDED, approvalDecidedDetail } from './approval-decided.ts'
import { APPROVAL_REQUESTED, approvalRequestedDetail } from './approval-requested.ts'
import { CLUSTER_CREATED, clusterCreatedDetail } from './cluster-created.ts'
import { CLUSTER_DELETED, clusterDeletedDetail } from './cluster-deleted.ts'
import { CLUSTER_DEPROVISIONED, clusterDeprovisionedDetail } from './cluster-deprovisioned.ts'
import { CLUSTER_KEYS_CHANGED, clusterKeysChangedDetail } from './cluster-keys-changed.ts'
import { DRIFT_FOUND, driftFoundDetail } from './drift-found.ts'
import { ISSUER_READY, issuerReadyDetail } from './issuer-ready.ts'
import { KEYS_PUBLISHED, keysPublishedDetail } from './keys-published.ts'
import { ORPHAN_FOUND, orphanFoundDetail } from './orphan-found.ts'
import { PROVISIONING_FAILED, provisioningFailedDetail } from './provisioning-failed.ts'
import { ROLE_FAILED, roleFailedDetail } from './role-failed.ts'
import { ROLE_READY, roleReadyDetail } from './role-ready.ts'

export const INBOUND = {
  [CLUSTER_CREATED]: clusterCreatedDetail,
  [CLUSTER_KEYS_CHANGED]: clusterKeysChangedDetail,
  [CLUSTER_DELETED]: clusterDeletedDetail,
}

export const OUTBOUND = {
  [ISSUER_READY]: issuerReadyDetail,
  [ROLE_READY]: roleReadyDetail,
  [ROLE_FAILED]: roleFailedDetail,
  [PROVISIONING_FAILED]: provisioningFailedDetail,
  [KEYS_PUBLISHED]: keysPublishedDetail,
  [DRIFT_FOUND]: driftFoundDetail,
  [ORPHAN_FOUND]: orphanFoundDetail,
  [CLUSTER_DEPROVISIONED]: clusterDeprovisionedDetail,
  [APPROVAL_REQUESTED]: approvalRequestedDetail,
  [APPROVAL_DECIDED]: approvalDecidedDetail,
}

export type OutboundName = keyof typeof OUTBOUND
export type OutboundDetail<Name extends OutboundName> = z.infer<(typeof OUTBOUND)[Name]>

/** JSON Schema 2020-12 of every event's `detail`, as a sender writes it and a receiver reads it. */
export function eventSchemas(): Readonly<Record<string, z.core.JSONSchema.BaseSchema>> {
  return Object.fromEntries(
    Object.entries({ ...INBOUND, ...OUTBOUND }).map(([name, detail]) => [
      name,
      z.toJSONSchema(detail, { io: 'input' }),
    ]),
  )
}
