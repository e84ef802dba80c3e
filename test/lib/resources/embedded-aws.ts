/** Every resource against the embedded AWS, with what a stack and a member account have before the first cluster. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ACMClient, type ListCertificatesCommandOutput } from '@aws-sdk/client-acm'
import {
  CloudFrontClient,
  CreateOriginAccessControlCommand,
  type ListDistributionsCommandOutput,
} from '@aws-sdk/client-cloudfront'
import {
  CreatePolicyCommand,
  IAMClient,
  type ListOpenIDConnectProvidersCommandOutput,
  type ListRolesCommandOutput,
} from '@aws-sdk/client-iam'
import {
  CreateHostedZoneCommand,
  type ListResourceRecordSetsCommandOutput,
  Route53Client,
} from '@aws-sdk/client-route-53'
import {
  type ListBucketsCommandOutput,
  type ListObjectVersionsCommandOutput,
  S3Client,
} from '@aws-sdk/client-s3'
import { boundaryName } from '../../../lib/aws/names.ts'
import type { Stack } from '../../../lib/aws/stack.ts'
import { clusterResources } from '../../../lib/cluster-resources.ts'
import type { Inspecting } from '../../../lib/inspect-cluster.ts'
import { createIssuerFetch } from '../../../lib/issuer-fetch.ts'
import { startLocalAws } from '../../../local/aws.ts'
import type { CallRecord } from '../../../local/calls.ts'
import { AwsError } from '../../../local/errors.ts'
import type { World } from '../../../local/world.ts'
import { golem, STACK } from './golem.ts'

export interface EmbeddedAws extends Pick<Inspecting, 'resources' | 'roles'> {
  readonly stack: Stack
  /** Lets AWS's time pass, and nobody waits. */
  readonly pass: (minutes: number) => void
  /** By kind, whatever there is in any of the accounts. */
  readonly listEverything: () => Promise<Everything>
  /** Every call of `act` that is no mere look, in order. */
  readonly changesIn: (act: () => Promise<unknown>) => Promise<readonly Change[]>
  /** The next call like this one takes effect, and its answer is lost. */
  readonly loseAnswer: (change: Change) => void
  readonly stop: () => Promise<void>
}

/** The `number`th call of an operation. */
export interface Change {
  readonly service: string
  readonly operation: string
  readonly number: number
}

export type Everything = Readonly<Record<string, readonly string[]>>

/** With the zone gigantic.io, an origin access control, and the boundary in the member account. */
export async function startEmbeddedAws(): Promise<EmbeddedAws> {
  const directory = await mkdtemp(join(tmpdir(), 'irsa-'))
  const aws = await startLocalAws({ speed: 1, directory })
  const clients = clientsOf(aws.endpoint)
  const { cloudFront, route53, iam } = clients
  const hostedZoneId = await createZone(route53)
  const stack = { ...STACK, originAccessControlId: await createOriginAccessControl(cloudFront) }
  await createBoundary(iam)
  return {
    stack,
    ...clusterResources(
      {
        ...clients,
        iamOf: () => iam,
        route53Of: () => route53,
        fetchIssuer: createIssuerFetch(aws.endpoint),
      },
      stack,
    ),
    pass: (minutes) => aws.clock.advance(minutes * 60_000),
    listEverything: () => listEverything(aws.world, hostedZoneId),
    async changesIn(act) {
      aws.calls.clear()
      await act()
      return changesOf(aws.calls.list())
    },
    loseAnswer: ({ service, operation, number }) => {
      let left = number
      const matching = () => --left === 0
      const error = new AwsError('InternalFailure', 'The answer is lost.', 500)
      aws.faults.add({ service, operation, matching, times: 1, effect: { kind: 'fail-after', error } })
    },
    async stop() {
      for (const client of Object.values(clients)) client.destroy()
      await aws.stop()
      await rm(directory, { recursive: true })
    },
  }
}

function changesOf(calls: readonly CallRecord[]): readonly Change[] {
  const changes = calls.filter(({ operation }) => !/^(Get|List|Head|Describe)/.test(operation))
  return changes.map(({ service, operation }, index) => ({
    service,
    operation,
    number: changes.slice(0, index + 1).filter((one) => one.operation === operation).length,
  }))
}

function clientsOf(endpoint: string) {
  // A second attempt would hide a throttle, and wait.
  const settings = { endpoint, maxAttempts: 1 }
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
  const inStack = { ...settings, credentials, region: STACK.region }
  const inVirginia = { ...inStack, region: 'us-east-1' }
  return {
    s3: new S3Client(inStack),
    acm: new ACMClient(inVirginia),
    cloudFront: new CloudFrontClient(inVirginia),
    route53: new Route53Client(inVirginia),
    iam: new IAMClient({
      ...inVirginia,
      credentials: { ...credentials, accessKeyId: `local-${golem().accountId}` },
    }),
  }
}

async function createZone(route53: Route53Client): Promise<string> {
  const command = new CreateHostedZoneCommand({ Name: 'gigantic.io', CallerReference: '1' })
  const { HostedZone } = await route53.send(command)
  return HostedZone?.Id ?? ''
}

async function createOriginAccessControl(cloudFront: CloudFrontClient): Promise<string> {
  const command = new CreateOriginAccessControlCommand({
    OriginAccessControlConfig: {
      Name: 'irsa-dev',
      OriginAccessControlOriginType: 's3',
      SigningBehavior: 'always',
      SigningProtocol: 'sigv4',
    },
  })
  const { OriginAccessControl } = await cloudFront.send(command)
  return OriginAccessControl?.Id ?? ''
}

async function createBoundary(iam: IAMClient): Promise<void> {
  const Statement = { Effect: 'Allow', Action: '*', Resource: '*' }
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement })
  await iam.send(new CreatePolicyCommand({ PolicyName: boundaryName(STACK), PolicyDocument }))
}

/** Past the wire, which would take as long as what is tested. There is no second page of anything here. */
async function listEverything({ dispatch }: World, HostedZoneId: string): Promise<Everything> {
  const ask = <Output>(service: string, operation: string, input: object, account = STACK.accountId) => {
    const principal = { kind: 'administrator', account, arn: `arn:aws:iam::${account}:user/local` } as const
    const region = service === 's3' ? STACK.region : 'us-east-1'
    return dispatch<Output>(service, operation, input, { principal, region, requestId: 'listing' })
  }
  const { accountId } = golem()
  const [buckets, certificates, distributions, records, providers, roles] = await Promise.all([
    ask<ListBucketsCommandOutput>('s3', 'ListBuckets', {}),
    ask<ListCertificatesCommandOutput>('acm', 'ListCertificates', {}),
    ask<ListDistributionsCommandOutput>('cloudfront', 'ListDistributions', {}),
    ask<ListResourceRecordSetsCommandOutput>('route53', 'ListResourceRecordSets', { HostedZoneId }),
    ask<ListOpenIDConnectProvidersCommandOutput>('iam', 'ListOpenIDConnectProviders', {}, accountId),
    ask<ListRolesCommandOutput>('iam', 'ListRoles', {}, accountId),
  ])
  const names = sorted(buckets.Buckets?.map(({ Name }) => Name))
  const objects = await Promise.all(
    names.map(async (Bucket) => {
      const listed = await ask<ListObjectVersionsCommandOutput>('s3', 'ListObjectVersions', { Bucket })
      const { Versions = [], DeleteMarkers = [] } = listed
      return [...new Set([...Versions, ...DeleteMarkers].map(({ Key }) => `${Bucket}/${Key}`))]
    }),
  )
  return {
    objects: objects.flat(),
    buckets: names,
    certificates: sorted(certificates.CertificateSummaryList?.map(({ CertificateArn }) => CertificateArn)),
    distributions: sorted(distributions.DistributionList?.Items?.map(({ Id }) => Id)),
    records: sorted(records.ResourceRecordSets?.map((record) => JSON.stringify(record))),
    providers: sorted(providers.OpenIDConnectProviderList?.map(({ Arn }) => Arn)),
    roles: sorted(roles.Roles?.map(({ Arn }) => Arn)),
  }
}

function sorted(names: readonly (string | undefined)[] | undefined): string[] {
  return (names ?? []).filter((name) => name !== undefined).toSorted()
}
