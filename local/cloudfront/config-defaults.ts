/**
 * AWS answers a configuration with every default filled in, empty lists as `Quantity: 0` without items.
 * https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_DistributionConfig.html
 */
import type {
  AllowedMethods,
  DefaultCacheBehavior,
  DistributionConfig,
  Origin,
  ViewerCertificate,
} from '@aws-sdk/client-cloudfront'
import { AwsError } from '../errors.ts'
import type { CompleteCacheBehavior, CompleteConfig, CompleteOrigin } from './distribution.ts'

/** Throws `InvalidArgument` when a required member is missing. */
export function completeConfig(config: DistributionConfig): CompleteConfig {
  const origins = (config.Origins?.Items ?? []).map(completeOrigin)
  const aliases = config.Aliases?.Items ?? []
  return {
    CallerReference: required(config.CallerReference, 'CallerReference'),
    Aliases: { Quantity: aliases.length, ...(aliases.length > 0 && { Items: [...aliases] }) },
    DefaultRootObject: config.DefaultRootObject ?? '',
    Origins: { Quantity: origins.length, Items: origins },
    OriginGroups: { Quantity: 0 },
    DefaultCacheBehavior: completeCacheBehavior(
      required(config.DefaultCacheBehavior, 'DefaultCacheBehavior'),
    ),
    CacheBehaviors: { Quantity: 0 },
    CustomErrorResponses: { Quantity: 0 },
    Comment: required(config.Comment, 'Comment'),
    Logging: { Enabled: false, IncludeCookies: false, Bucket: '', Prefix: '' },
    PriceClass: config.PriceClass ?? 'PriceClass_All',
    Enabled: required(config.Enabled, 'Enabled'),
    ViewerCertificate: completeViewerCertificate(config.ViewerCertificate),
    Restrictions: { GeoRestriction: { RestrictionType: 'none', Quantity: 0 } },
    WebACLId: '',
    HttpVersion: config.HttpVersion ?? 'http2',
    IsIPV6Enabled: config.IsIPV6Enabled ?? false,
    ContinuousDeploymentPolicyId: '',
    Staging: false,
  }
}

function completeOrigin(origin: Origin): CompleteOrigin {
  return {
    Id: required(origin.Id, 'Origin Id'),
    DomainName: required(origin.DomainName, 'Origin DomainName'),
    OriginPath: origin.OriginPath ?? '',
    CustomHeaders: { Quantity: 0 },
    S3OriginConfig: {
      OriginAccessIdentity: origin.S3OriginConfig?.OriginAccessIdentity ?? '',
      OriginReadTimeout: origin.S3OriginConfig?.OriginReadTimeout ?? 30,
    },
    ConnectionAttempts: origin.ConnectionAttempts ?? 3,
    ConnectionTimeout: origin.ConnectionTimeout ?? 10,
    OriginShield: { Enabled: false },
    OriginAccessControlId: origin.OriginAccessControlId ?? '',
  }
}

function completeCacheBehavior(behavior: DefaultCacheBehavior): CompleteCacheBehavior {
  return {
    TargetOriginId: required(behavior.TargetOriginId, 'TargetOriginId'),
    TrustedSigners: { Enabled: false, Quantity: 0 },
    TrustedKeyGroups: { Enabled: false, Quantity: 0 },
    ViewerProtocolPolicy: required(behavior.ViewerProtocolPolicy, 'ViewerProtocolPolicy'),
    AllowedMethods: completeMethods(behavior.AllowedMethods),
    SmoothStreaming: false,
    Compress: behavior.Compress ?? false,
    LambdaFunctionAssociations: { Quantity: 0 },
    FunctionAssociations: { Quantity: 0 },
    FieldLevelEncryptionId: '',
    CachePolicyId: required(behavior.CachePolicyId, 'ForwardedValues'),
    GrpcConfig: { Enabled: false },
  }
}

function completeMethods(allowed: AllowedMethods | undefined): AllowedMethods {
  const items = allowed?.Items ?? ['HEAD', 'GET']
  const cached = allowed?.CachedMethods?.Items ?? ['HEAD', 'GET']
  return {
    Quantity: items.length,
    Items: [...items],
    CachedMethods: { Quantity: cached.length, Items: [...cached] },
  }
}

function completeViewerCertificate(certificate: ViewerCertificate = {}): ViewerCertificate {
  const arn = certificate.ACMCertificateArn
  if (arn === undefined)
    return {
      CloudFrontDefaultCertificate: true,
      SSLSupportMethod: 'vip',
      MinimumProtocolVersion: 'TLSv1',
      CertificateSource: 'cloudfront',
    }
  return {
    CloudFrontDefaultCertificate: false,
    ACMCertificateArn: arn,
    SSLSupportMethod: required(certificate.SSLSupportMethod, 'SSLSupportMethod'),
    MinimumProtocolVersion: certificate.MinimumProtocolVersion ?? 'TLSv1',
    Certificate: arn,
    CertificateSource: 'acm',
  }
}

function required<Value>(value: Value | undefined, name: string): Value {
  if (value === undefined) throw new AwsError('InvalidArgument', `The parameter ${name} is required.`)
  return value
}
