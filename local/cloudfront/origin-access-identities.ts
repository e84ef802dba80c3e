/**
 * Origin access identities, which origin access controls have taken the place of: users of CloudFront's own account that a bucket
 * policy can name. https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
 */
import { createHash } from 'node:crypto'
import type {
  CreateCloudFrontOriginAccessIdentityRequest,
  CreateCloudFrontOriginAccessIdentityResult,
  DeleteCloudFrontOriginAccessIdentityRequest,
  GetCloudFrontOriginAccessIdentityRequest,
  GetCloudFrontOriginAccessIdentityResult,
} from '@aws-sdk/client-cloudfront'
import { globalArn } from '../arn.ts'
import { AwsError } from '../errors.ts'
import { type Ask, type Call, operation } from '../service.ts'
import { checkIfMatch, type Distribution, type Distributions, randomCloudFrontId } from './distribution.ts'

interface OriginAccessIdentity {
  readonly id: string
  readonly account: string
  readonly callerReference: string
  readonly comment: string
  readonly canonicalUserId: string
  readonly etag: string
}

/** By ID. */
export type OriginAccessIdentities = Map<string, OriginAccessIdentity>

/** As an origin names it; undefined for what is no name of one. */
export function identityOfOrigin(name: string): string | undefined {
  return /^origin-access-identity\/cloudfront\/(E[A-Z0-9]+)$/.exec(name)?.[1]
}

export function originAccessIdentityOperations(
  identities: OriginAccessIdentities,
  distributions: Distributions,
) {
  const ask = (action: string, id: string | undefined, call: Call): Ask => ({
    action,
    resource: globalArn('cloudfront', call.region, call.principal.account, `origin-access-identity/${id}`),
  })
  return {
    CreateCloudFrontOriginAccessIdentity: operation<
      CreateCloudFrontOriginAccessIdentityRequest,
      CreateCloudFrontOriginAccessIdentityResult
    >({
      run: (input, call) => createIdentity(identities, input, call),
      asks: () => [{ action: 'cloudfront:CreateCloudFrontOriginAccessIdentity', resource: '*' }],
    }),
    GetCloudFrontOriginAccessIdentity: operation<
      GetCloudFrontOriginAccessIdentityRequest,
      GetCloudFrontOriginAccessIdentityResult
    >({
      run: ({ Id }, call) => answerOf(findIdentity(identities, Id, call)),
      asks: ({ Id }, call) => [ask('cloudfront:GetCloudFrontOriginAccessIdentity', Id, call)],
    }),
    DeleteCloudFrontOriginAccessIdentity: operation<DeleteCloudFrontOriginAccessIdentityRequest, object>({
      run: ({ Id, IfMatch }, call) => {
        const { id, etag } = findIdentity(identities, Id, call)
        checkIfMatch(IfMatch, [etag])
        if ([...distributions.values()].some((distribution) => usesIdentity(distribution, id)))
          throw new AwsError(
            'CloudFrontOriginAccessIdentityInUse',
            'The CloudFront origin access identity is still being used.',
            409,
          )
        identities.delete(id)
        return {}
      },
      asks: ({ Id }, call) => [ask('cloudfront:DeleteCloudFrontOriginAccessIdentity', Id, call)],
    }),
  }
}

/** The same reference with the same comment is the same identity. */
function createIdentity(
  identities: OriginAccessIdentities,
  input: CreateCloudFrontOriginAccessIdentityRequest,
  call: Call,
): CreateCloudFrontOriginAccessIdentityResult {
  const { account } = call.principal
  const { CallerReference: callerReference, Comment: comment } =
    input.CloudFrontOriginAccessIdentityConfig ?? {}
  if (!callerReference || comment === undefined || comment.length > 128)
    throw new AwsError('InvalidArgument', 'The origin access identity configuration is not valid.')
  const known = [...identities.values()].find(
    (one) => one.account === account && one.callerReference === callerReference,
  )
  if (known && known.comment !== comment)
    throw new AwsError(
      'CloudFrontOriginAccessIdentityAlreadyExists',
      'The caller reference that you are using to create the CloudFront origin access identity is associated with another one.',
      409,
    )
  const id = known?.id ?? randomCloudFrontId()
  const canonicalUserId = createHash('sha256').update(id).digest('hex').repeat(2).slice(0, 96)
  const identity = known ?? {
    ...{ id, account, callerReference, comment, canonicalUserId },
    etag: randomCloudFrontId(),
  }
  identities.set(id, identity)
  const Location = `https://cloudfront.amazonaws.com/2020-05-31/origin-access-identity/cloudfront/${id}`
  return { ...answerOf(identity), Location }
}

function answerOf({ id, canonicalUserId, callerReference, comment, etag }: OriginAccessIdentity) {
  return {
    CloudFrontOriginAccessIdentity: {
      Id: id,
      S3CanonicalUserId: canonicalUserId,
      CloudFrontOriginAccessIdentityConfig: { CallerReference: callerReference, Comment: comment },
    },
    ETag: etag,
  }
}

function findIdentity(
  identities: OriginAccessIdentities,
  id: string | undefined,
  call: Call,
): OriginAccessIdentity {
  const identity = identities.get(id ?? '')
  if (identity?.account !== call.principal.account)
    throw new AwsError(
      'NoSuchCloudFrontOriginAccessIdentity',
      'The specified origin access identity does not exist.',
      404,
    )
  return identity
}

/** In the configuration as written, or as still served. */
function usesIdentity({ config, serving }: Distribution, id: string): boolean {
  return [config, serving].some((one) =>
    one?.Origins.Items.some(
      ({ S3OriginConfig }) => identityOfOrigin(S3OriginConfig?.OriginAccessIdentity ?? '') === id,
    ),
  )
}
