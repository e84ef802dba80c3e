/** Everything that is looked at of a cluster, with the credentials of whoever asks. */
import { acmClient, cloudFrontClient, iamClient, route53Client, s3Client } from '../../lib/aws/clients.ts'
import { now } from '../../lib/clock.ts'
import { AccountOutOfReach } from '../../lib/errors.ts'
import type { Inspecting } from '../../lib/inspect-cluster.ts'
import { createIssuerFetch } from '../../lib/issuer-fetch.ts'
import { aliasResource } from '../../lib/resources/alias.ts'
import { bucketResource } from '../../lib/resources/bucket.ts'
import { certificateResource } from '../../lib/resources/certificate.ts'
import { distributionResource } from '../../lib/resources/distribution.ts'
import { issuerCheckResource } from '../../lib/resources/issuer-check.ts'
import { providerResource } from '../../lib/resources/provider.ts'
import { roleResource } from '../../lib/resources/role.ts'
import type { DeployedStack } from '../deployed-stack.ts'
import { localEndpoint } from './connection.ts'

export function inspectingOf({ stack, table }: DeployedStack): Inspecting {
  const s3 = s3Client(stack.region)
  const acm = acmClient(stack.partition)
  const route53 = route53Client(stack.partition)
  const cloudFront = cloudFrontClient(stack.partition)
  const iam = {
    iamOf(accountId: string) {
      if (accountId !== stack.accountId) throw new AccountOutOfReach(accountId)
      return iamClient(stack.partition)
    },
  }
  return {
    table,
    stack,
    resources: {
      bucket: bucketResource({ s3 }, stack),
      certificate: certificateResource({ acm, route53 }, stack),
      distribution: distributionResource({ cloudFront, s3 }, stack),
      alias: aliasResource({ route53, cloudFront }, stack),
      'issuer-check': issuerCheckResource(createIssuerFetch(localEndpoint())),
      provider: providerResource(iam, stack),
    },
    roles: roleResource(iam, stack),
    now,
  }
}
