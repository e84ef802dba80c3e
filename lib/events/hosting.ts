/** Where a cluster's issuer is, as an event says it; and which of the event's other members belong to that. */
import * as z from 'zod'
import { HOSTING_TYPES } from '../cluster.ts'
import { isRecord } from '../is-record.ts'
import { dedicatedIssuer, externalIssuerFault } from '../oidc/issuer.ts'
import { stringWith } from '../parse.ts'
import {
  hasOneKindOfKeys,
  ONE_KIND_OF_KEYS,
  ONE_KIND_OF_KEYS_SCHEMA,
  type PublicKeys,
} from './public-keys.ts'

export const hosting = z
  .discriminatedUnion(
    'type',
    [
      z.strictObject({ type: z.literal('dedicated') }),
      z.strictObject({
        type: z.literal('external'),
        issuer: stringWith(externalIssuerFault).describe('As the `iss` of its tokens has it.'),
      }),
    ],
    { error: 'must be dedicated or external' },
  )
  .describe('dedicated: everything is made. external: the issuer is there; provider and roles are made.')

type Hosting = z.output<typeof hosting>

interface Members extends PublicKeys {
  readonly hosting: Hosting
  readonly baseDomain?: string | undefined
}

/** Known before anything is made, so that the cluster's bootstrap can already use it. Throws InvalidInput. */
export function issuerOf({ hosting, baseDomain = '' }: Members): string {
  return hosting.type === 'external' ? hosting.issuer : dedicatedIssuer(baseDomain)
}

/** A member that would count for nothing is refused: its sender expects something of it. */
export function checkMembers(detail: Members, context: z.core.$RefinementCtx): void {
  const refuse = (message: string, ...path: string[]) =>
    context.addIssue({ code: 'custom', message, path, input: detail })
  const type = typeOf(detail.hosting)
  if (type === 'dedicated' && detail.baseDomain === undefined) refuse('is required', 'baseDomain')
  if (type !== 'dedicated' && detail.baseDomain !== undefined)
    refuse(`belongs to dedicated hosting, not to ${type}`, 'baseDomain')
  if (type !== 'external' && !hasOneKindOfKeys(detail)) refuse(ONE_KIND_OF_KEYS.error)
  if (type !== 'external') return
  for (const member of ['serviceAccountKeys', 'jwks'] as const)
    if (detail[member] !== undefined)
      refuse('does not belong to external hosting: the issuer has its keys', member)
}

/** Of one that is wrong, which is told elsewhere, nothing is repeated. */
function typeOf(given: unknown): Hosting['type'] {
  return (isRecord(given) && HOSTING_TYPES.find((type) => type === given.type)) || 'dedicated'
}

/** The same for the JSON Schema. */
export const MEMBERS_SCHEMA = {
  if: { properties: { hosting: { properties: { type: { const: 'external' } } } }, required: ['hosting'] },
  then: { properties: { baseDomain: false, serviceAccountKeys: false, jwks: false } },
  else: { required: ['baseDomain'], ...ONE_KIND_OF_KEYS_SCHEMA },
}
