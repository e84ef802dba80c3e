/** Where a cluster's issuer is, as an event says it; and which of the event's other members belong to that. */
import * as z from 'zod'
import { bucketHost, bucketName } from '../aws/names.ts'
import type { Stack } from '../aws/stack.ts'
import { HOSTING_TYPES } from '../cluster.ts'
import { isRecord } from '../is-record.ts'
import { dedicatedIssuer, externalIssuerFault, issuerHost, sharedIssuer } from '../oidc/issuer.ts'
import { invalidField, stringWith } from '../parse.ts'
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
      z.strictObject({ type: z.literal('shared') }),
      z.strictObject({ type: z.literal('s3') }),
      z.strictObject({
        type: z.literal('external'),
        issuer: stringWith(externalIssuerFault).describe('As the `iss` of its tokens has it.'),
      }),
    ],
    { error: 'must be dedicated, shared, s3 or external' },
  )
  .describe(
    'dedicated: everything is made. shared: a path of the host that the stack has for many clusters. s3: a public bucket is the issuer, where there is no CloudFront. external: the issuer is there; provider and roles are made.',
  )

type Hosting = z.output<typeof hosting>

interface Members extends PublicKeys {
  readonly hosting: Hosting
  readonly baseDomain?: string | undefined
}

/** What of the stack an issuer depends on, and whether it can be. */
export type Place = Pick<
  Stack,
  'stage' | 'accountId' | 'region' | 'partition' | 'allowPublicBuckets' | 'sharedHost'
>

/** Known before anything is made, so that the cluster's bootstrap can already use it. Throws InvalidInput. */
export function issuerOf(place: Place, { cluster, hosting, baseDomain = '' }: Named): string {
  switch (hosting.type) {
    case 'external':
      return hosting.issuer
    case 's3':
      return bucketIssuer(place, cluster)
    case 'shared':
      return sharedIssuer(place.sharedHost, cluster)
    default:
      return dedicatedIssuer(baseDomain)
  }
}

interface Named extends Members {
  readonly cluster: string
}

/** In the path, not in the host: the certificate of S3 covers no bucket whose name has a dot, and this is the form of AWS's own tools. */
function bucketIssuer(place: Place, cluster: string): string {
  return `https://${bucketHost(place)}/${bucketName(place, cluster)}`
}

/** Throws InvalidInput when the stack cannot, or may not, host an issuer so. */
export function checkPlace({ partition, allowPublicBuckets, sharedHost }: Place, { type }: Hosting): void {
  const possible = HOSTING_TYPES.filter((known) => partition.hosting.includes(known))
  if (!possible.includes(type))
    throw invalidField(
      'detail.hosting.type',
      `must be ${possible.join(' or ')} in partition ${partition.name}`,
    )
  if (type === 's3' && !allowPublicBuckets)
    throw invalidField(
      'detail.hosting.type',
      'must not be s3: the stack does not allow public buckets (parameter allowPublicBuckets)',
    )
  if (type === 'shared' && sharedHost === '')
    throw invalidField(
      'detail.hosting.type',
      'must not be shared: the stack has no shared host (parameter sharedHost)',
    )
}

/** Throws InvalidInput for an issuer that would take the shared host, or a part of it, from those that share it. */
export function checkHost({ sharedHost }: Place, { type }: Hosting, issuer: string): void {
  if (type !== 'shared' && issuerHost(issuer) === sharedHost)
    throw invalidField(
      type === 'external' ? 'detail.hosting.issuer' : 'detail.baseDomain',
      `must be another one: ${sharedHost} is for clusters with shared hosting`,
    )
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
  allOf: [
    {
      if: hostingIs('external'),
      then: { properties: { serviceAccountKeys: false, jwks: false } },
      else: ONE_KIND_OF_KEYS_SCHEMA,
    },
    {
      if: hostingIs('shared', 's3', 'external'),
      then: { properties: { baseDomain: false } },
      else: { required: ['baseDomain'] },
    },
  ],
}

function hostingIs(...types: readonly Hosting['type'][]) {
  return {
    properties: { hosting: { properties: { type: { enum: [...types] } }, required: ['type'] } },
    required: ['hosting'],
  }
}
