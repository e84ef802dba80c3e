/** Everything that is looked at of a cluster, with the credentials of whoever asks. */
import { acmClient, cloudFrontClient, iamClient, s3Client } from '../../lib/aws/clients.ts'
import { now } from '../../lib/clock.ts'
import { clusterResources } from '../../lib/cluster-resources.ts'
import type { Inspecting } from '../../lib/inspect-cluster.ts'
import { createIssuerFetch } from '../../lib/issuer-fetch.ts'
import type { Adopting } from '../../lib/ops/adoption/plan.ts'
import type { Runs } from '../../lib/runs.ts'
import { iamOfOwn, route53OfOwn } from '../../lib/wiring.ts'
import type { DeployedStack } from '../deployed-stack.ts'
import { localEndpoint } from './connection.ts'

/** What of it can be taken over, too. */
export function adoptingIn(deployed: DeployedStack): Adopting & Runs {
  const { stack } = deployed
  return {
    ...deployed,
    ...inspectingOf(deployed),
    // The same clients: what is pretended to one of them the other looks see, too.
    s3: s3Client(stack.region),
    acm: acmClient(stack.partition),
    cloudFront: cloudFrontClient(stack.partition),
    route53Of: route53OfOwn(stack),
    iam: iamClient(stack.partition),
    fetchIssuer: createIssuerFetch(localEndpoint()),
  }
}

export function inspectingOf({ stack, table }: DeployedStack): Inspecting {
  const clients = {
    s3: s3Client(stack.region),
    acm: acmClient(stack.partition),
    route53Of: route53OfOwn(stack),
    cloudFront: cloudFrontClient(stack.partition),
    iamOf: iamOfOwn(stack),
    fetchIssuer: createIssuerFetch(localEndpoint()),
  }
  return { table, stack, ...clusterResources(clients, stack), now }
}
