/** A site on the internet, as the embedded AWS has it. */
import type {
  CreateDistributionResult,
  DistributionConfig,
  UpdateDistributionResult,
} from '@aws-sdk/client-cloudfront'
import type { EdgeResponse } from '../../../local/world.ts'
import { aliasFor, cloudFrontAlias, distributionConfig, hostingFixture, MINUTE, REGION } from '../hosting.ts'

export const host = 'irsa.example.com'
export const Bucket = 'documents'
export const arn = `arn:aws:s3:::${Bucket}`
export const jwks = new URL(`https://${host}/openid/v1/jwks`)

export const text = ({ body }: EdgeResponse) => Buffer.from(body).toString()

/** A private bucket behind a distribution with an alias, certificate and origin access control, all of it deployed. */
export async function siteFixture(config: Partial<DistributionConfig> = {}) {
  const fixture = hostingFixture()
  const {
    run,
    clock,
    edge,
    createZone,
    issueCertificate,
    createDistribution,
    createOriginAccessControl,
    changeRecords,
  } = fixture
  const zone = await createZone('example.com')
  const certificate = await issueCertificate(zone, { DomainName: host })
  await run('s3', 'CreateBucket', { Bucket, CreateBucketConfiguration: { LocationConstraint: REGION } })
  const { OriginAccessControl: control } = await createOriginAccessControl('stack')
  const origin = {
    Id: 'bucket',
    DomainName: `${Bucket}.s3.${REGION}.amazonaws.com`,
    OriginAccessControlId: control?.Id ?? '',
    S3OriginConfig: { OriginAccessIdentity: '' },
  }
  const complete = distributionConfig({
    ...aliasFor([host], certificate),
    Origins: { Quantity: 1, Items: [origin] },
    ...config,
  })
  const created = await createDistribution(complete)
  await changeRecords(zone, [cloudFrontAlias('CREATE', host, created.Distribution?.DomainName ?? '')])

  const allow = (...Statement: object[]) =>
    run('s3', 'PutBucketPolicy', { Bucket, Policy: JSON.stringify({ Version: '2012-10-17', Statement }) })
  const readByDistribution = {
    Effect: 'Allow',
    Principal: { Service: 'cloudfront.amazonaws.com' },
    Action: 's3:GetObject',
    Resource: `${arn}/*`,
    Condition: { StringEquals: { 'AWS:SourceArn': created.Distribution?.ARN } },
  }
  await allow(readByDistribution)
  const put = (Body: string, input: object = {}) =>
    run('s3', 'PutObject', { Bucket, Key: 'openid/v1/jwks', Body: Buffer.from(Body), ...input })
  const update = (
    { Distribution, ETag }: CreateDistributionResult | UpdateDistributionResult,
    change: Partial<DistributionConfig>,
  ) =>
    run<UpdateDistributionResult>('cloudfront', 'UpdateDistribution', {
      Id: Distribution?.Id,
      IfMatch: ETag,
      DistributionConfig: { ...complete, ...change },
    })
  return {
    ...fixture,
    zone,
    certificate,
    created,
    origin,
    readByDistribution,
    allow,
    put,
    update,
    fetch: (url = jwks) => edge.fetch(url),
    deploy: () => clock.advance(5 * MINUTE),
  }
}
