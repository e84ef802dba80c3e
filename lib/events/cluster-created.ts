/** Inbound `Cluster Created`: a cluster wants an issuer, a provider and its roles. */
import * as z from 'zod'
import { PARTITIONS, partitionOf } from '../aws/partitions.ts'
import type { DesiredCluster } from '../cluster.ts'
import { audienceFault } from '../oidc/audience.ts'
import { baseDomainFault } from '../oidc/issuer.ts'
import type { PublicJwk } from '../oidc/jwks.ts'
import { refusePrivateKeys } from '../oidc/private-key.ts'
import { DESPITE_FAULTS, invalidField, parse, stringWith } from '../parse.ts'
import { tagsSchema } from '../tags.ts'
import { clusterName } from './cluster-name.ts'
import { accountId, type Envelope, openEnvelope } from './envelope.ts'
import {
  checkHost,
  checkMembers,
  checkPlace,
  hosting,
  issuerOf,
  MEMBERS_SCHEMA,
  type Place,
} from './hosting.ts'
import { publicKeyMembers, publicKeysOf } from './public-keys.ts'

export const CLUSTER_CREATED = 'Cluster Created'

export interface ClusterCreated {
  readonly envelope: Envelope
  readonly desired: DesiredCluster
  readonly keys: readonly PublicJwk[]
}

export const clusterCreatedDetail = z
  .strictObject({
    cluster: clusterName,
    accountId: accountId.optional().describe("Default: the sender's."),
    region: stringWith(regionFault).optional().describe("The cluster's region. Default: the stack's."),
    baseDomain: stringWith(baseDomainFault)
      .optional()
      .describe('With dedicated hosting: the issuer becomes https://irsa.<baseDomain>.'),
    ...publicKeyMembers,
    hosting: hosting.default({ type: 'dedicated' }),
    audiences: z
      .array(stringWith((audience) => audienceFault(audience)))
      .min(1)
      .max(10)
      .optional()
      .describe("Default: the partition's."),
    tags: tagsSchema.default({}).describe('For everything that is made for the cluster.'),
  })
  .superRefine(checkMembers, DESPITE_FAULTS)
  .meta(MEMBERS_SCHEMA)

/** `place` is the stack's own: one stack serves one partition. Throws InvalidInput or PrivateKeyInInput. */
export function parseClusterCreated(event: unknown, place: Place): ClusterCreated {
  const { envelope, detail } = openEnvelope(event)
  return { envelope, ...parseClusterCreatedDetail(detail, envelope.account, place) }
}

/** The same for a detail alone, as it is in a file; `sender` is the account that would speak. */
export function parseClusterCreatedDetail(
  detail: unknown,
  sender: string,
  place: Place,
): Omit<ClusterCreated, 'envelope'> {
  refusePrivateKeys(detail, 'detail')
  const parsed = parse(clusterCreatedDetail, detail, 'detail')
  const { cluster, baseDomain, tags, region = place.region } = parsed
  const partition = partitionOf(region)
  if (partition !== place.partition)
    throw invalidField(
      'detail.region',
      `is in partition ${partition.name}; this stack serves ${place.partition.name}`,
    )
  checkPlace(place, parsed.hosting)
  const issuer = issuerOf(place, parsed)
  checkHost(place, parsed.hosting, issuer)
  const audiences = [...new Set(parsed.audiences ?? [partition.audience])]
  checkAudiences(audiences, issuer)
  return {
    desired: {
      cluster,
      accountId: parsed.accountId ?? sender,
      region,
      ...(baseDomain !== undefined && { baseDomain }),
      hosting: { type: parsed.hosting.type },
      issuer,
      audiences,
      tags,
    },
    keys: publicKeysOf(parsed),
  }
}

function regionFault(region: string): string | undefined {
  const isKnown = PARTITIONS.some((partition) => partition.regions.test(region))
  return isKnown ? undefined : 'must be the name of an AWS region'
}

function checkAudiences(audiences: readonly string[], issuer: string): void {
  for (const [index, audience] of audiences.entries()) {
    const fault = audienceFault(audience, issuer)
    if (fault !== undefined) throw invalidField(`detail.audiences[${index}]`, fault)
  }
}
