/** S3, ACM, CloudFront and Route 53 together, on a clock that stands still, and what most tests of them make first. */
import type {
  CertificateDetail,
  DescribeCertificateResponse,
  RequestCertificateResponse,
} from '@aws-sdk/client-acm'
import type {
  CreateDistributionResult,
  CreateOriginAccessControlResult,
  DistributionConfig,
} from '@aws-sdk/client-cloudfront'
import type { Change, CreateHostedZoneResponse } from '@aws-sdk/client-route-53'
import { createHosting } from '../../local/hosting.ts'
import { createQuotas } from '../../local/quotas.ts'
import type { Ask, Call } from '../../local/service.ts'
import type { QuotaName, RoleView } from '../../local/world.ts'
import { manualClock } from './states/manual-clock.ts'
import { testWorld } from './world.ts'

export const ACCOUNT = '000000000000'
export const OTHER_ACCOUNT = '111111111111'
export const REGION = 'eu-central-1'
export const SECOND = 1000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

export function callOf(account: string, region: string): Call {
  const arn = `arn:aws:iam::${account}:root`
  return { principal: { kind: 'administrator', account, arn }, region, requestId: 'request' }
}

export const stack = callOf(ACCOUNT, REGION)
export const virginia = callOf(ACCOUNT, 'us-east-1')
export const stranger = callOf(OTHER_ACCOUNT, REGION)

export const CACHING_OPTIMIZED = '658327ea-f89d-4fab-a63d-7e88639e58f6'

export interface HostingOptions {
  /** ARNs of the IAM roles that exist. */
  readonly roles?: readonly string[]
  /** Instead of AWS's defaults. */
  readonly quotas?: Partial<Record<QuotaName, number>>
}

export function hostingFixture({ roles = [], quotas = {} }: HostingOptions = {}) {
  const clock = manualClock()
  const role = (arn: string): RoleView | undefined =>
    roles.includes(arn) ? { ...NO_ROLE, arn, roleName: arn } : undefined
  const defaults = createQuotas()
  const world = testWorld({
    clock,
    quotas: { get: (name) => quotas[name] ?? defaults.get(name) },
    iam: () => ({ role, provider: () => undefined, organizationOf: () => undefined }),
  })
  const { services, edge, dns } = createHosting(world)

  function operationOf(service: string, name: string) {
    const operation = services.find((one) => one.name === service)?.operations[name]
    if (!operation) throw new Error(`no ${service} ${name}`)
    return operation
  }

  async function run<Output = unknown>(
    service: string,
    operation: string,
    input: object,
    call: Call = stack,
  ): Promise<Output> {
    return (await operationOf(service, operation).run(input as never, call)) as Output
  }

  function asks(service: string, operation: string, input: object, call: Call = stack): readonly Ask[] {
    return operationOf(service, operation).asks(input as never, call)
  }

  const createZone = async (name: string, call = stack) => {
    const { HostedZone } = await run<CreateHostedZoneResponse>(
      'route53',
      'CreateHostedZone',
      { Name: name, CallerReference: `${name} ${clock.offset()}` },
      call,
    )
    return HostedZone?.Id ?? ''
  }

  const changeRecords = (zone: string, changes: readonly Change[], call = stack) =>
    run(
      'route53',
      'ChangeResourceRecordSets',
      { HostedZoneId: zone, ChangeBatch: { Changes: changes } },
      call,
    )

  const requestCertificate = async (input: object, call = virginia) => {
    const { CertificateArn } = await run<RequestCertificateResponse>(
      'acm',
      'RequestCertificate',
      { ValidationMethod: 'DNS', ...input },
      call,
    )
    return CertificateArn ?? ''
  }

  const describeCertificate = async (arn: string, call = virginia): Promise<CertificateDetail> => {
    const { Certificate } = await run<DescribeCertificateResponse>(
      'acm',
      'DescribeCertificate',
      { CertificateArn: arn },
      call,
    )
    return Certificate ?? {}
  }

  /** Adds the validation records that ACM asks for to the stack's zone, and waits until it has seen them. */
  const issueCertificate = async (zone: string, input: object, call = virginia) => {
    const arn = await requestCertificate(input, call)
    clock.advance(15 * SECOND)
    const { DomainValidationOptions = [] } = await describeCertificate(arn, call)
    await changeRecords(
      zone,
      DomainValidationOptions.map(({ ResourceRecord }) =>
        upsert('CNAME', ResourceRecord?.Name, ResourceRecord?.Value),
      ),
    )
    clock.advance(2 * MINUTE)
    return arn
  }

  const createDistribution = (config: Partial<DistributionConfig>, call = stack) =>
    run<CreateDistributionResult>(
      'cloudfront',
      'CreateDistribution',
      { DistributionConfig: distributionConfig(config) },
      call,
    )

  const createOriginAccessControl = (name: string, call = stack) =>
    run<CreateOriginAccessControlResult>(
      'cloudfront',
      'CreateOriginAccessControl',
      { OriginAccessControlConfig: originAccessControlConfig(name) },
      call,
    )

  return {
    clock,
    edge,
    dns,
    services,
    run,
    asks,
    createZone,
    changeRecords,
    requestCertificate,
    describeCertificate,
    issueCertificate,
    createDistribution,
    createOriginAccessControl,
  }
}

export type HostingFixture = ReturnType<typeof hostingFixture>

/** The least that CloudFront accepts, in front of a bucket that need not exist. */
export function distributionConfig(config: Partial<DistributionConfig> = {}): DistributionConfig {
  return {
    CallerReference: 'reference',
    Comment: '',
    Enabled: true,
    Origins: {
      Quantity: 1,
      Items: [
        {
          Id: 'bucket',
          DomainName: `documents.s3.${REGION}.amazonaws.com`,
          S3OriginConfig: { OriginAccessIdentity: '' },
        },
      ],
    },
    DefaultCacheBehavior: {
      TargetOriginId: 'bucket',
      ViewerProtocolPolicy: 'redirect-to-https',
      CachePolicyId: CACHING_OPTIMIZED,
    },
    ...config,
  }
}

/** Of a private bucket. */
export function originAccessControlConfig(Name: string) {
  return {
    Name,
    SigningProtocol: 'sigv4',
    SigningBehavior: 'always',
    OriginAccessControlOriginType: 's3',
  }
}

export function aliasFor(names: readonly string[], certificateArn: string): Partial<DistributionConfig> {
  return {
    Aliases: { Quantity: names.length, Items: [...names] },
    ViewerCertificate: { ACMCertificateArn: certificateArn, SSLSupportMethod: 'sni-only' },
  }
}

export function upsert(
  type: 'A' | 'CAA' | 'CNAME' | 'TXT',
  name = '',
  ...values: (string | undefined)[]
): Change {
  return {
    Action: 'UPSERT',
    ResourceRecordSet: {
      Name: name,
      Type: type,
      TTL: 300,
      ResourceRecords: values.map((Value) => ({ Value })),
    },
  }
}

export function cloudFrontAlias(action: Change['Action'], name: string, domainName: string): Change {
  return {
    Action: action,
    ResourceRecordSet: {
      Name: name,
      Type: 'A',
      AliasTarget: { HostedZoneId: 'Z2FDTNDATAQYW2', DNSName: domainName, EvaluateTargetHealth: false },
    },
  }
}

const NO_ROLE: RoleView = {
  arn: '',
  roleName: '',
  roleId: '',
  trustPolicy: { Statement: [] },
  maxSessionDuration: 3600,
  tags: {},
  identityPolicies: [],
  permissionsBoundary: undefined,
}
