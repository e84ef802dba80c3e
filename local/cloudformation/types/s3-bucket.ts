/** AWS::S3::Bucket. */
import * as z from 'zod'
import { dnsSuffix, globalArn } from '../../arn.ts'
import { unlessGone } from '../gone.ts'
import { flag, integer, tags, text } from '../properties.ts'
import { type Context, resourceType } from '../resource-type.ts'

const encryptionRule = z.strictObject({
  BucketKeyEnabled: flag.optional(),
  ServerSideEncryptionByDefault: z
    .strictObject({ SSEAlgorithm: text, KMSMasterKeyID: text.optional() })
    .optional(),
})

const lifecycleRule = z.strictObject({
  Id: text.optional(),
  Status: z.enum(['Enabled', 'Disabled']),
  Prefix: text.optional(),
  ExpirationInDays: integer.optional(),
  NoncurrentVersionExpiration: z.strictObject({ NoncurrentDays: integer }).optional(),
  AbortIncompleteMultipartUpload: z.strictObject({ DaysAfterInitiation: integer }).optional(),
})

const properties = z.strictObject({
  BucketName: text.optional(),
  BucketEncryption: z.strictObject({ ServerSideEncryptionConfiguration: z.array(encryptionRule) }).optional(),
  LifecycleConfiguration: z.strictObject({ Rules: z.array(lifecycleRule) }).optional(),
  OwnershipControls: z
    .strictObject({ Rules: z.array(z.strictObject({ ObjectOwnership: text.optional() })) })
    .optional(),
  PublicAccessBlockConfiguration: z
    .strictObject({
      BlockPublicAcls: flag.optional(),
      BlockPublicPolicy: flag.optional(),
      IgnorePublicAcls: flag.optional(),
      RestrictPublicBuckets: flag.optional(),
    })
    .optional(),
  Tags: tags.optional(),
  VersioningConfiguration: z.strictObject({ Status: z.enum(['Enabled', 'Suspended']) }).optional(),
})

type Properties = z.infer<typeof properties>

export const s3Bucket = resourceType<Properties>({
  properties,
  attributes: ['Arn', 'DomainName', 'DualStackDomainName', 'RegionalDomainName', 'WebsiteURL'],
  replacedBy: ['BucketName'],
  nameProperty: 'BucketName',
  async create(given, context) {
    const { region, request, claim } = context
    const Bucket = given.BucketName ?? context.generateName(63).toLowerCase()
    await request('s3', 'CreateBucket', {
      Bucket,
      ...(region !== 'us-east-1' && { CreateBucketConfiguration: { LocationConstraint: region } }),
    })
    claim(Bucket)
    await putSettings(Bucket, undefined, given, context)
    return { physicalId: Bucket, attributes: attributesOf(Bucket, region) }
  },
  async update({ physicalId, before, after, attributes }, context) {
    await putSettings(physicalId, before, after, context)
    return attributes
  },
  delete: ({ physicalId: Bucket }, { request }) =>
    unlessGone(['NoSuchBucket'], () => request('s3', 'DeleteBucket', { Bucket })),
})

function attributesOf(bucket: string, region: string) {
  const suffix = dnsSuffix(region)
  return {
    // Buckets have no account in their ARN.
    Arn: globalArn('s3', region, '', bucket),
    DomainName: `${bucket}.s3.${suffix}`,
    DualStackDomainName: `${bucket}.s3.dualstack.${region}.${suffix}`,
    RegionalDomainName: `${bucket}.s3.${region}.${suffix}`,
    WebsiteURL: `http://${bucket}.s3-website.${region}.${suffix}`,
  }
}

/** `input` undefined takes the setting away, or puts back what a new bucket has. */
interface Setting {
  readonly put: string
  readonly remove: string
  readonly input: (given: Properties) => object | undefined
}

const SETTINGS: readonly Setting[] = [
  {
    put: 'PutBucketEncryption',
    remove: 'DeleteBucketEncryption',
    input: ({ BucketEncryption }) => BucketEncryption && encryptionInput(BucketEncryption),
  },
  {
    put: 'PutBucketOwnershipControls',
    remove: 'DeleteBucketOwnershipControls',
    input: ({ OwnershipControls }) => OwnershipControls && { OwnershipControls },
  },
  {
    put: 'PutPublicAccessBlock',
    remove: 'DeletePublicAccessBlock',
    input: ({ PublicAccessBlockConfiguration }) =>
      PublicAccessBlockConfiguration && { PublicAccessBlockConfiguration },
  },
  {
    put: 'PutBucketLifecycleConfiguration',
    remove: 'DeleteBucketLifecycle',
    input: ({ LifecycleConfiguration }) => LifecycleConfiguration && lifecycleInput(LifecycleConfiguration),
  },
  {
    put: 'PutBucketTagging',
    remove: 'DeleteBucketTagging',
    input: ({ Tags }) => Tags && { Tagging: { TagSet: Tags } },
  },
]

async function putSettings(
  Bucket: string,
  before: Properties | undefined,
  after: Properties,
  { request }: Context,
): Promise<void> {
  for (const { put, remove, input } of SETTINGS) {
    const wanted = input(after)
    const had = before && input(before)
    if (JSON.stringify(wanted) === JSON.stringify(had)) continue
    await request('s3', wanted ? put : remove, { Bucket, ...wanted })
  }
  const { Status } = after.VersioningConfiguration ?? {}
  const had = before?.VersioningConfiguration?.Status
  // Versioning is never taken away again, only suspended.
  if (Status !== had)
    await request('s3', 'PutBucketVersioning', {
      Bucket,
      VersioningConfiguration: { Status: Status ?? 'Suspended' },
    })
}

function encryptionInput({ ServerSideEncryptionConfiguration }: NonNullable<Properties['BucketEncryption']>) {
  const Rules = ServerSideEncryptionConfiguration.map(
    ({ BucketKeyEnabled, ServerSideEncryptionByDefault }) => ({
      ...(ServerSideEncryptionByDefault && {
        ApplyServerSideEncryptionByDefault: ServerSideEncryptionByDefault,
      }),
      ...(BucketKeyEnabled !== undefined && { BucketKeyEnabled }),
    }),
  )
  return { ServerSideEncryptionConfiguration: { Rules } }
}

function lifecycleInput({ Rules }: NonNullable<Properties['LifecycleConfiguration']>) {
  const rules = Rules.map(({ Id, Status, Prefix, ExpirationInDays, ...rest }) => ({
    ...(Id !== undefined && { ID: Id }),
    Status,
    Filter: { Prefix: Prefix ?? '' },
    ...(ExpirationInDays !== undefined && { Expiration: { Days: ExpirationInDays } }),
    ...rest,
  }))
  return { LifecycleConfiguration: { Rules: rules } }
}
