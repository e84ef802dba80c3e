/** What others have set up for a cluster's issuer, found by the issuer alone; what of it can be taken over, and what is in the way. */
import { findDistributionOfAlias } from '../../aws/distributions.ts'
import { findProvider } from '../../aws/providers.ts'
import { otherOwner } from '../../aws/tags.ts'
import { type DesiredCluster, type Hosting, hostOf } from '../../cluster.ts'
import { DISCOVERY_KEY } from '../../oidc/discovery.ts'
import { issuerHost, providerArn } from '../../oidc/issuer.ts'
import { JWKS_KEY } from '../../oidc/jwks.ts'
import type { Look, Looking } from './found.ts'
import { lookAtHosting } from './hosting.ts'
import { lookAtRecords } from './records.ts'
import { readServed } from './served.ts'

/** Changes nothing. */
export async function lookFor(looking: Looking, desired: DesiredCluster): Promise<Look> {
  const provider = await lookAtProvider(looking, desired)
  const looks =
    desired.hosting.type === 'external' ? [provider] : [await lookAtIssuer(looking, desired), provider]
  const look = looks.reduce(together)
  const owned = look.things.flatMap(({ arn, tags }) => {
    const owner = otherOwner(tags, looking.stack, desired.cluster)
    return owner === undefined ? [] : [`${arn} has the tags of ${owner}: it is taken over already.`]
  })
  const nothing = look.things.length === 0 ? ['There is nothing of others to take over.'] : []
  return { ...look, obstacles: [...look.obstacles, ...owned, ...nothing] }
}

function together(one: Look, other: Look): Look {
  return {
    things: [...one.things, ...other.things],
    left: [...one.left, ...other.left],
    obstacles: [...one.obstacles, ...other.obstacles],
    adopted: { ...one.adopted, ...other.adopted },
    keys: [...one.keys, ...other.keys],
  }
}

const NOTHING: Look = { things: [], left: [], obstacles: [], adopted: { audiences: [] }, keys: [] }

/** Its client IDs stay, whatever is desired: tokens for them are in use. */
async function lookAtProvider(
  { stack, iam }: Looking,
  { accountId, issuer, cluster }: DesiredCluster,
): Promise<Look> {
  const arn = providerArn(stack.partition.name, accountId, issuer)
  if (accountId !== stack.accountId)
    return {
      ...NOTHING,
      left: [
        {
          what: arn,
          why: `it is in another account. If it exists, tag it there: aws iam tag-open-id-connect-provider --open-id-connect-provider-arn ${arn} --tags Key=irsa:stack,Value=${stack.name} Key=irsa:cluster,Value=${cluster}; and announce the cluster with every client ID that it has`,
        },
      ],
    }
  const found = await findProvider(iam, arn)
  if (found === undefined) return NOTHING
  const { clientIds, tags } = found
  const what = `trusts the issuer, for ${clientIds.join(', ')}`
  return {
    ...NOTHING,
    things: [{ resource: 'provider', arn, id: arn, what, tags }],
    adopted: { audiences: [...clientIds].toSorted() },
  }
}

async function lookAtIssuer(looking: Looking, desired: DesiredCluster): Promise<Look> {
  const { cloudFront, fetchIssuer } = looking
  const { hosting, issuer } = desired
  const never = NEVER_OF_OTHERS[hosting.type]
  if (never !== undefined) return { ...NOTHING, obstacles: [never] }
  const host = issuerHost(issuer)
  const distribution = await findDistributionOfAlias(cloudFront, host)
  const served = await readServed(fetchIssuer, issuer)
  if (distribution === undefined)
    return {
      ...NOTHING,
      obstacles:
        'fault' in served
          ? []
          : [`${issuer} answers, and no distribution of account ${looking.stack.accountId} has its name.`],
    }
  if ('fault' in served) return { ...NOTHING, obstacles: [`${issuer}: ${served.fault}.`] }
  const { keys, jwksKey } = served
  const documents = [DISCOVERY_KEY, jwksKey ?? JWKS_KEY]
  const look = await lookAtHosting(looking, { cluster: desired.cluster, host, documents }, distribution)
  const records = await lookAtRecords(looking, hostOf(desired), distribution.domainName)
  return {
    ...look,
    keys,
    left: [...look.left, ...records.left],
    obstacles: [...look.obstacles, ...records.obstacles],
    adopted: { ...look.adopted, ...(jwksKey !== undefined && { jwksKey }) },
  }
}

/** Issuers that nobody else can have set up. */
const NEVER_OF_OTHERS: Readonly<Partial<Record<Hosting['type'], string>>> = {
  s3: 'The name of a public bucket is the issuer, and that of another bucket another issuer. Announce it as external: its provider is taken over then.',
  shared: 'Its issuer is a path of the host that the stack makes for all clusters with shared hosting.',
  'shared-host': 'The host of clusters with shared hosting is made by the stack itself.',
}
