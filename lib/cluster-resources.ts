/** Every resource, for those that walk all of them; a function of one step has that one alone, and no more in its bundle. */

import type { Stack } from './aws/stack.ts'
import type { Inspecting } from './inspect-cluster.ts'
import type { FetchIssuer } from './issuer-fetch.ts'
import { type AliasClients, aliasResource } from './resources/alias.ts'
import { type BucketClients, bucketResource } from './resources/bucket.ts'
import { type CertificateClients, certificateResource } from './resources/certificate.ts'
import { type DistributionClients, distributionResource } from './resources/distribution.ts'
import { issuerCheckResource } from './resources/issuer-check.ts'
import { type ProviderClients, providerResource } from './resources/provider.ts'
import { roleResource } from './resources/role.ts'

export interface ResourceClients
  extends AliasClients,
    BucketClients,
    CertificateClients,
    DistributionClients,
    ProviderClients {
  readonly fetchIssuer: FetchIssuer
}

export function clusterResources(
  clients: ResourceClients,
  stack: Stack,
): Pick<Inspecting, 'resources' | 'roles'> {
  return {
    resources: {
      bucket: bucketResource(clients, stack),
      certificate: certificateResource(clients, stack),
      distribution: distributionResource(clients, stack),
      alias: aliasResource(clients, stack),
      'issuer-check': issuerCheckResource(clients.fetchIssuer),
      provider: providerResource(clients, stack),
    },
    roles: roleResource(clients, stack),
  }
}
