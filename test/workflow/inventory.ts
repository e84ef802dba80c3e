/** Everything that the pipeline can make, by kind: to be compared before and after. */
import { ACMClient, ListCertificatesCommand } from '@aws-sdk/client-acm'
import { CloudFrontClient, paginateListDistributions } from '@aws-sdk/client-cloudfront'
import { IAMClient, ListOpenIDConnectProvidersCommand, paginateListRoles } from '@aws-sdk/client-iam'
import {
  ListHostedZonesCommand,
  ListResourceRecordSetsCommand,
  Route53Client,
} from '@aws-sdk/client-route-53'
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3'
import { administratorOf } from '../../cli/local-stack.ts'
import { allItems } from '../../lib/aws/pages.ts'
import { ACCOUNT } from './pipeline.ts'

export type Inventory = Readonly<Record<string, readonly string[]>>

/** Of the stack's account, or of another one. There is no second page of anything but roles and distributions here. */
export async function takeInventory(account = ACCOUNT): Promise<Inventory> {
  const who = administratorOf(account, process.env.AWS_REGION)
  const inVirginia = { ...who, region: 'us-east-1' }
  const client = new IAMClient(inVirginia)
  const cloudFront = new CloudFrontClient(inVirginia)
  const [buckets, certificates, distributions, providers, roles, records] = await Promise.all([
    new S3Client(who).send(new ListBucketsCommand({})),
    new ACMClient(inVirginia).send(new ListCertificatesCommand({})),
    allItems(
      'cloudfront:ListDistributions',
      paginateListDistributions({ client: cloudFront }, {}),
      (page) => page.DistributionList?.Items,
    ),
    client.send(new ListOpenIDConnectProvidersCommand({})),
    allItems('iam:ListRoles', paginateListRoles({ client }, {}), (page) => page.Roles),
    listRecords(new Route53Client(inVirginia)),
  ])
  return {
    buckets: names(buckets.Buckets?.map(({ Name }) => Name)),
    certificates: names(certificates.CertificateSummaryList?.map(({ CertificateArn }) => CertificateArn)),
    distributions: names(distributions.map(({ Id }) => Id)),
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

async function listRecords(route53: Route53Client): Promise<string[]> {
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
