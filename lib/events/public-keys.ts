/** The two ways in which an event can bring the cluster's public keys. Exactly one must be there. */
import * as z from 'zod'
import { type KeysRead, keysFromJwks, keysFromPems, type PublicJwk } from '../oidc/jwks.ts'
import { DESPITE_FAULTS } from '../parse.ts'

/** A cluster has a handful of keys, one text each or all in one; more than this is more than a key set may hold. */
const MAX_TEXTS = 200
const MAX_TEXT_CHARACTERS = 262_144

/** Their parsed form is the published one. */
export const publicKeyMembers = {
  serviceAccountKeys: z
    .array(z.string().max(MAX_TEXT_CHARACTERS))
    .max(MAX_TEXTS)
    .transform((pems, context) => withFaults(keysFromPems(pems), context))
    .optional()
    .describe("Public keys in PEM: the contents of the API server's --service-account-key-file."),
  jwks: z
    .looseObject({ keys: z.array(z.looseObject({})) })
    .transform((jwks, context) => withFaults(keysFromJwks(jwks), context))
    .optional()
    .describe('The JWK Set that the API server serves at /openid/v1/jwks.'),
}

export interface PublicKeys {
  readonly serviceAccountKeys?: readonly PublicJwk[] | undefined
  readonly jwks?: readonly PublicJwk[] | undefined
}

export function hasOneKindOfKeys(detail: PublicKeys): boolean {
  return (detail.serviceAccountKeys === undefined) !== (detail.jwks === undefined)
}

export const ONE_KIND_OF_KEYS = { ...DESPITE_FAULTS, error: 'must have either serviceAccountKeys or jwks' }

/** The same for the JSON Schema. */
export const ONE_KIND_OF_KEYS_SCHEMA = {
  oneOf: [{ required: ['serviceAccountKeys'] }, { required: ['jwks'] }],
}

export function publicKeysOf(detail: PublicKeys): readonly PublicJwk[] {
  return detail.serviceAccountKeys ?? detail.jwks ?? []
}

function withFaults(read: KeysRead, context: z.core.$RefinementCtx): readonly PublicJwk[] {
  for (const { path, message } of read.faults) context.addIssue({ code: 'custom', message, path: [...path] })
  return read.keys
}
