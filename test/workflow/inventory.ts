/** Everything that the pipeline can make, by kind: to be compared before and after. */
import { ListCertificatesCommand } from '@aws-sdk/client-acm'
import { ListDistributionsCommand } from '@aws-sdk/client-cloudfront'
import { ListOpenIDConnectProvidersCommand, paginateListRoles } from '@aws-sdk/client-iam'
import { ListHostedZonesCommand, ListResourceRecordSetsCommand } from '@aws-sdk/client-route-53'
import { ListBucketsCommand } from '@aws-sdk/client-s3'
import { REGION } from '../../cli/package-stack.ts'
import { acmClient, cloudFrontClient, iamClient, route53Client, s3Client } from '../../lib/aws/clients.ts'
import { allItems } from '../../lib/aws/pages.ts'
import { partitionOf } from '../../lib/aws/partitions.ts'

export type Inventory = Readonly<Record<string, readonly string[]>>

/** Of the stack's account. There is no second page of anything but roles here. */
export async function takeInventory(): Promise<Inventory> {
  const partition = partitionOf(REGION)
  const [buckets, certificates, distributions, providers, roles, records] = await Promise.all([
    s3Client(REGION).send(new ListBucketsCommand({})),
    acmClient(partition).send(new ListCertificatesCommand({})),
    cloudFrontClient(partition).send(new ListDistributionsCommand({})),
    iamClient(partition).send(new ListOpenIDConnectProvidersCommand({})),
    allItems('iam:ListRoles', paginateListRoles({ client: iamClient(partition) }, {}), (page) => page.Roles),
    listRecords(),
  ])
  return {
    buckets: names(buckets.Buckets?.map(({ Name }) => Name)),
    certificates: names(certificates.CertificateSummaryList?.map(({ CertificateArn }) => CertificateArn)),
    distributions: names(distributions.DistributionList?.Items?.map(({ Id }) => Id)),
    providers: names(providers.OpenIDConnectProviderList?.map(({ Arn }) => Arn)),
    roles: names(roles.map(({ Arn }) => Arn)),
    records,
  }
}

/** By kind, what is there now and was not before. */
export function newIn(before: Inventory, after: Inventory): Inventory {
  const kinds = Object.entries(after).map(
    ([kind, things]) => [kind, things.filter((thing) => !before[kind]?.includes(thing))] as const,
  )
  return Object.fromEntries(kinds.filter(([, things]) => things.length > 0))
}

async function listRecords(): Promise<string[]> {
  const route53 = route53Client(partitionOf(REGION))
  const { HostedZones = [] } = await route53.send(new ListHostedZonesCommand({}))
  const zones = await Promise.all(
    HostedZones.map(({ Id }) => route53.send(new ListResourceRecordSetsCommand({ HostedZoneId: Id }))),
  )
  return zones.flatMap(({ ResourceRecordSets = [] }) =>
    ResourceRecordSets.map(({ Name, Type }) => `${Name} ${Type}`),
  )
}

function names(things: readonly (string | undefined)[] | undefined): string[] {
  return (things ?? []).filter((name) => name !== undefined).toSorted()
}
