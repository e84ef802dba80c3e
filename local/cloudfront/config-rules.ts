/** What CloudFront refuses in a configuration by itself; who may hold an alias is in viewer-certificate.ts. */
import type { DefaultCacheBehavior, DistributionConfig, Origin } from '@aws-sdk/client-cloudfront'
import { AwsError, NotInLocalMode } from '../errors.ts'
import { refuseMembers } from '../unsupported.ts'
import { managedCachePolicy } from './cache-policies.ts'
import type { CompleteConfig, CompleteOrigin } from './distribution.ts'
import type { OriginAccessControls } from './origin-access-controls.ts'
import { identityOfOrigin, type OriginAccessIdentities } from './origin-access-identities.ts'

/** Throws `InconsistentQuantities` unless every `Quantity` in it is the number of its `Items`. */
export function checkQuantities(value: unknown): void {
  if (typeof value !== 'object' || value === null) return
  if ('Quantity' in value) {
    const items = 'Items' in value && Array.isArray(value.Items) ? value.Items : []
    if (value.Quantity !== items.length)
      throw new AwsError('InconsistentQuantities', "The value of Quantity and the size of Items don't match.")
  }
  for (const member of Object.values(value)) checkQuantities(member)
}

/** Throws `NotInLocalMode` for what AWS would do and local mode would not; the defaults may be spelt out. */
export function checkSupported(config: DistributionConfig): void {
  refuseMembers('CloudFront distributions', config, [
    'AnycastIpListId',
    'CacheTagConfig',
    'ConnectionFunctionAssociation',
    'ConnectionMode',
    'TenantConfig',
    'ViewerMtlsConfig',
  ])
  refuse('origin groups', config.OriginGroups?.Quantity)
  refuse('further cache behaviours', config.CacheBehaviors?.Quantity)
  refuse('custom error responses', config.CustomErrorResponses?.Quantity)
  refuse('access logs', config.Logging?.Enabled)
  refuse('geographic restrictions', config.Restrictions?.GeoRestriction?.Quantity)
  refuse('web ACLs', config.WebACLId)
  refuse('continuous deployment', config.ContinuousDeploymentPolicyId || config.Staging)
  refuse('IAM server certificates', config.ViewerCertificate?.IAMCertificateId)
  refuse('dedicated IP addresses', config.ViewerCertificate?.SSLSupportMethod === 'static-ip')
  if (config.DefaultCacheBehavior) checkSupportedBehavior(config.DefaultCacheBehavior)
  for (const origin of config.Origins?.Items ?? []) checkSupportedOrigin(origin)
}

function checkSupportedBehavior(behavior: DefaultCacheBehavior): void {
  refuseMembers('cache behaviours', behavior, ['ForwardedValues', 'MinTTL', 'DefaultTTL', 'MaxTTL'])
  refuse('trusted signers', behavior.TrustedSigners?.Enabled)
  refuse('trusted key groups', behavior.TrustedKeyGroups?.Enabled)
  refuse('smooth streaming', behavior.SmoothStreaming)
  refuse('Lambda@Edge', behavior.LambdaFunctionAssociations?.Quantity)
  refuse('CloudFront functions', behavior.FunctionAssociations?.Quantity)
  refuse('field-level encryption', behavior.FieldLevelEncryptionId)
  refuse('real-time logs', behavior.RealtimeLogConfigArn)
  refuse('origin request policies', behavior.OriginRequestPolicyId)
  refuse('response headers policies', behavior.ResponseHeadersPolicyId)
  refuse('gRPC', behavior.GrpcConfig?.Enabled)
}

function checkSupportedOrigin(origin: Origin): void {
  refuse('custom origins', origin.CustomOriginConfig)
  refuse('VPC origins', origin.VpcOriginConfig)
  refuse('origin headers', origin.CustomHeaders?.Quantity)
  refuse('Origin Shield', origin.OriginShield?.Enabled)
}

function refuse(what: string, present: unknown): void {
  if (present) throw new NotInLocalMode(`CloudFront ${what}`)
}

export interface OriginAccess {
  readonly controls: OriginAccessControls
  readonly identities: OriginAccessIdentities
}

/** Throws CloudFront's error for the first rule that the configuration breaks. */
export function checkConfig(config: CompleteConfig, access: OriginAccess, account: string): void {
  const { DefaultCacheBehavior: behavior, Origins: origins } = config
  if (config.Comment.length > 128)
    throw new AwsError('InvalidArgument', 'The parameter Comment is too long: at most 128 characters.')
  if (config.DefaultRootObject.startsWith('/'))
    throw new AwsError(
      'InvalidDefaultRootObject',
      'The default root object file name is too long or contains a / at the beginning.',
    )
  if (new Set(origins.Items.map(({ Id }) => Id)).size < origins.Items.length)
    throw new AwsError('InvalidArgument', 'The parameter Origin Id must be unique.')
  if (!origins.Items.some(({ Id }) => Id === behavior.TargetOriginId))
    throw new AwsError('NoSuchOrigin', 'One or more of your origins or origin groups do not exist.', 404)
  for (const origin of origins.Items) checkOrigin(origin, access, account)
  if (!managedCachePolicy(behavior.CachePolicyId))
    throw new AwsError('NoSuchCachePolicy', 'The specified cache policy does not exist.', 404)
  checkMethods(config)
  checkAliasNames(config.Aliases.Items ?? [])
}

function checkOrigin(origin: CompleteOrigin, { controls, identities }: OriginAccess, account: string): void {
  if (!/^[a-z0-9][a-z0-9.-]+\.s3[.-]([a-z0-9-]+\.)?amazonaws\.com(\.cn)?$/.test(origin.DomainName))
    throw new AwsError(
      'InvalidArgument',
      'The parameter Origin DomainName does not refer to a valid S3 bucket.',
    )
  if (/^[^/]|\/$/.test(origin.OriginPath))
    throw new AwsError('InvalidArgument', 'The parameter Origin Path is not valid.')
  const control = origin.OriginAccessControlId
  if (control !== '' && controls.get(control)?.account !== account)
    throw new AwsError('InvalidOriginAccessControl', 'The origin access control is not valid.')
  const identity = origin.S3OriginConfig?.OriginAccessIdentity ?? ''
  if (identity === '') return
  if (control !== '')
    throw new AwsError(
      'IllegalOriginAccessConfiguration',
      'An origin cannot contain both an origin access control (OAC) and an origin access identity (OAI).',
    )
  if (identities.get(identityOfOrigin(identity) ?? '')?.account !== account)
    throw new AwsError(
      'InvalidOriginAccessIdentity',
      "The origin access identity is not valid or doesn't exist.",
    )
}

const METHOD_SETS: ReadonlySet<string> = new Set([
  'GET HEAD',
  'GET HEAD OPTIONS',
  'DELETE GET HEAD OPTIONS PATCH POST PUT',
])

function checkMethods({ DefaultCacheBehavior: { AllowedMethods: allowed } }: CompleteConfig): void {
  const sets = [allowed?.Items ?? [], allowed?.CachedMethods?.Items ?? []]
  if (!sets.every((methods) => METHOD_SETS.has([...methods].sort().join(' '))))
    throw new AwsError('InvalidArgument', 'The parameter AllowedMethods contains methods that are not valid.')
}

const ALIAS = /^(\*\.)?([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9-]{2,63}$/

function checkAliasNames(aliases: readonly string[]): void {
  if (aliases.length > 100)
    throw new AwsError(
      'TooManyDistributionCNAMEs',
      'Your request contains more CNAMEs than are allowed per distribution.',
    )
  const wrong = aliases.find((alias, index) => !ALIAS.test(alias) || aliases.indexOf(alias) < index)
  if (wrong !== undefined)
    throw new AwsError(
      'InvalidArgument',
      `The parameter CNAME contains one or more parameters that are not valid: ${wrong}`,
    )
}
