/** The example's cluster and its stack, as the resources are given them. */
import { partitionOf } from '../../../lib/aws/partitions.ts'
import type { Stack } from '../../../lib/aws/stack.ts'
import type { Cluster } from '../../../lib/cluster.ts'
import { keysFromPems } from '../../../lib/oidc/jwks.ts'
import { EC_PEM } from '../oidc/keys.ts'

export const STACK: Stack = {
  stage: 'dev',
  name: 'irsa-dev',
  accountId: '000000000000',
  region: 'eu-central-1',
  partition: partitionOf('eu-central-1'),
  originAccessControlId: 'E1OAC',
  hostedZones: [],
  allowPublicBuckets: false,
  sharedHost: 'irsa.shared.gigantic.io',
  adoptedBuckets: [],
  rolePath: '/irsa/',
  managedPolicies: ['arn:aws:iam::aws:policy/*'],
  targetAccounts: ['444455556666'],
  roleTagKeys: ['team', 'owner'],
  trustPolicyCharacters: 2048,
}

export const HOST = 'irsa.golem.gigantic.io'
export const BUCKET = 'irsa-dev-golem-0256701d-000000000000-eu-central-1-an'
export const CERTIFICATE_ARN = 'arn:aws:acm:us-east-1:000000000000:certificate/1'
export const DISTRIBUTION_ARN = 'arn:aws:cloudfront::000000000000:distribution/E1'

/** As the SDK lists them, sorted. */
export const TAG_LIST = [
  { Key: 'irsa:cluster', Value: 'golem' },
  { Key: 'irsa:stack', Value: 'irsa-dev' },
  { Key: 'team', Value: 'a' },
]

/** On what is not ours. */
export const TAGS_OF_OTHERS: readonly [string, { Key: string; Value: string }[]][] = [
  ['of another stack', [{ Key: 'irsa:stack', Value: 'irsa-prod' }, ...TAG_LIST.slice(0, 1)]],
  ['of another cluster', [{ Key: 'irsa:cluster', Value: 'troll' }, ...TAG_LIST.slice(1)]],
]

export function golem(changes: Partial<Cluster> = {}): Cluster {
  return {
    cluster: 'golem',
    accountId: '111122223333',
    region: 'eu-west-1',
    baseDomain: 'golem.gigantic.io',
    hosting: { type: 'dedicated' },
    issuer: `https://${HOST}`,
    audiences: ['sts.amazonaws.com'],
    tags: { team: 'a' },
    keys: keysFromPems([EC_PEM]).keys,
    outputs: {},
    ...changes,
  }
}
