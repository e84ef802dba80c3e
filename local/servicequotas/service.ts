/** Service Quotas: what the embedded AWS allows, read only. Quotas are raised with `--quota`. */
import type {
  GetServiceQuotaRequest,
  GetServiceQuotaResponse,
  ListServiceQuotasRequest,
  ListServiceQuotasResponse,
  ServiceQuota,
} from '@aws-sdk/client-service-quotas'
import { globalRegion, partitionOf } from '../arn.ts'
import { AwsError } from '../errors.ts'
import { pageAfter } from '../paging.ts'
import { type Call, operation, type Service } from '../service.ts'
import type { QuotaName, World } from '../world.ts'

export function createServiceQuotas({ quotas }: World): { readonly service: Service } {
  const view = ({ quota, code, name }: Listed, serviceCode: string, call: Call): ServiceQuota => ({
    ServiceCode: serviceCode,
    ServiceName: SERVICE_NAMES[serviceCode],
    ...(code && { QuotaCode: code, QuotaArn: arnOf(serviceCode, code, call) }),
    QuotaName: name,
    Value: quotas.get(quota),
    Unit: 'None',
    Adjustable: true,
    GlobalQuota: serviceCode !== 'acm',
  })
  return {
    service: {
      name: 'servicequotas',
      operations: {
        ListServiceQuotas: operation<ListServiceQuotasRequest, ListServiceQuotasResponse>({
          asks: () => [{ action: 'servicequotas:ListServiceQuotas', resource: '*' }],
          run({ ServiceCode = '', MaxResults = MOST_RESULTS, NextToken }, call) {
            const { items, next } = pageAfter(
              listed(ServiceCode, call),
              ({ name }) => name,
              NextToken,
              MaxResults,
            )
            const page = { Quotas: items.map((one) => view(one, ServiceCode, call)) }
            return next === undefined ? page : { ...page, NextToken: next }
          },
        }),
        GetServiceQuota: operation<GetServiceQuotaRequest, GetServiceQuotaResponse>({
          asks: ({ ServiceCode = '', QuotaCode = '' }, call) => [
            { action: 'servicequotas:GetServiceQuota', resource: arnOf(ServiceCode, QuotaCode, call) },
          ],
          run({ ServiceCode = '', QuotaCode }, call) {
            const found = listed(ServiceCode, call).find(({ code }) => code === QuotaCode)
            if (found === undefined) throw noSuchResource()
            return { Quota: view(found, ServiceCode, call) }
          },
        }),
      },
    },
  }
}

const MOST_RESULTS = 100

interface Listed {
  readonly quota: QuotaName
  /** Undefined where AWS publishes none. */
  readonly code?: string
  readonly name: string
}

/** By name. What is global is kept in one region of the partition, us-east-1 or the like: https://docs.aws.amazon.com/servicequotas/latest/userguide/intro.html */
function listed(serviceCode: string, { region }: Call): readonly Listed[] {
  const found = Object.hasOwn(LISTED, serviceCode) ? LISTED[serviceCode] : undefined
  if (found === undefined || (serviceCode !== 'acm' && region !== globalRegion(region)))
    throw noSuchResource()
  return found.toSorted((one, other) => (one.name < other.name ? -1 : 1))
}

function noSuchResource(): AwsError {
  return new AwsError(
    'NoSuchResourceException',
    'The request failed because the specified resource does not exist.',
  )
}

function arnOf(serviceCode: string, code: string, { region, principal }: Call): string {
  return `arn:${partitionOf(region)}:servicequotas:${region}:${principal.account}:${serviceCode}/${code}`
}

const SERVICE_NAMES: Readonly<Record<string, string>> = {
  iam: 'AWS Identity and Access Management (IAM)',
  acm: 'AWS Certificate Manager (ACM)',
  cloudfront: 'Amazon CloudFront',
  s3: 'Amazon Simple Storage Service (Amazon S3)',
  route53: 'Amazon Route 53',
}

/** https://docs.aws.amazon.com/general/latest/gr/aws-service-information.html */
const LISTED: Readonly<Record<string, readonly Listed[]>> = {
  iam: [
    { quota: 'iam:roles', code: 'L-FE177D64', name: 'Roles per account' },
    { quota: 'iam:oidc-providers', code: 'L-858F3967', name: 'OpenId connect providers per account' },
    { quota: 'iam:trust-policy-characters', code: 'L-C07B4B0D', name: 'Role trust policy length' },
    { quota: 'iam:managed-policies-per-role', code: 'L-0DA4ABF3', name: 'Managed policies per role' },
  ],
  acm: [{ quota: 'acm:certificates', code: 'L-F141DD1D', name: 'ACM certificates' }],
  cloudfront: [
    { quota: 'cloudfront:distributions', code: 'L-24B04930', name: 'Web distributions per AWS account' },
    {
      quota: 'cloudfront:distributions-per-origin-access-control',
      name: 'Distributions associated with the same origin access control',
    },
  ],
  s3: [{ quota: 's3:buckets', code: 'L-DC2B2D3D', name: 'General purpose buckets' }],
  route53: [{ quota: 'route53:hosted-zones', code: 'L-4EA4796A', name: 'Hosted zones' }],
}
