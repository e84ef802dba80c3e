/** Inbound `Cluster Keys Changed`: the API server's public keys, all of those that it verifies with now. */
import * as z from 'zod'
import type { PublicJwk } from '../oidc/jwks.ts'
import { refusePrivateKeys } from '../oidc/private-key.ts'
import { parse } from '../parse.ts'
import { clusterName } from './cluster-name.ts'
import { type Envelope, openEnvelope } from './envelope.ts'
import {
  hasOneKindOfKeys,
  ONE_KIND_OF_KEYS,
  ONE_KIND_OF_KEYS_SCHEMA,
  publicKeyMembers,
  publicKeysOf,
} from './public-keys.ts'
import { reason } from './reason.ts'

export const CLUSTER_KEYS_CHANGED = 'Cluster Keys Changed'

export interface ClusterKeysChanged {
  readonly envelope: Envelope
  readonly cluster: string
  readonly keys: readonly PublicJwk[]
  /** The reason for retiring the keys that are no longer listed without the usual wait: tokens signed by them stop working. */
  readonly retireNow: string | undefined
}

const keysMembers = {
  ...publicKeyMembers,
  retireNow: reason
    .optional()
    .describe('Retire the keys that are no longer listed at once, for this reason (a key was disclosed).'),
}

export const clusterKeysChangedDetail = z
  .strictObject({ cluster: clusterName, ...keysMembers })
  .refine(hasOneKindOfKeys, ONE_KIND_OF_KEYS)
  .meta(ONE_KIND_OF_KEYS_SCHEMA)

/** The same for a cluster that is named elsewhere. */
export const clusterKeys = z
  .strictObject(keysMembers)
  .refine(hasOneKindOfKeys, ONE_KIND_OF_KEYS)
  .meta(ONE_KIND_OF_KEYS_SCHEMA)

/** `input` is what it is called in errors. Throws InvalidInput or PrivateKeyInInput. */
export function parseClusterKeys(
  value: unknown,
  input: string,
): Pick<ClusterKeysChanged, 'keys' | 'retireNow'> {
  refusePrivateKeys(value, input)
  const parsed = parse(clusterKeys, value, input)
  return { keys: publicKeysOf(parsed), retireNow: parsed.retireNow }
}

/** Throws InvalidInput or PrivateKeyInInput. */
export function parseClusterKeysChanged(event: unknown): ClusterKeysChanged {
  const { envelope, detail } = openEnvelope(event)
  refusePrivateKeys(detail, 'detail')
  const parsed = parse(clusterKeysChangedDetail, detail, 'detail')
  return { envelope, cluster: parsed.cluster, keys: publicKeysOf(parsed), retireNow: parsed.retireNow }
}
