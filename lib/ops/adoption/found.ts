/** What a look for others' things needs, and what it finds. */
import type { ACMClient } from '@aws-sdk/client-acm'
import type { CloudFrontClient } from '@aws-sdk/client-cloudfront'
import type { IAMClient } from '@aws-sdk/client-iam'
import type { S3Client } from '@aws-sdk/client-s3'
import type { TaggedKind } from '../../aws/claim-tags.ts'
import type { Stack } from '../../aws/stack.ts'
import type { Tags } from '../../aws/tags.ts'
import type { Route53Of } from '../../aws/zone-sessions.ts'
import type { Adopted } from '../../cluster.ts'
import type { FetchIssuer } from '../../issuer-fetch.ts'
import type { PublicJwk } from '../../oidc/jwks.ts'

export interface Looking {
  readonly stack: Stack
  readonly s3: S3Client
  readonly acm: ACMClient
  readonly cloudFront: CloudFrontClient
  readonly route53Of: Route53Of
  /** Of the stack's account. */
  readonly iam: IAMClient
  readonly fetchIssuer: FetchIssuer
}

export interface AdoptableThing {
  readonly resource: TaggedKind
  readonly arn: string
  /** As AWS's calls name it: the ARN, of a bucket its name. */
  readonly id: string
  /** In words for a person. */
  readonly what: string
  /** As they are. */
  readonly tags: Tags
}

export interface Look {
  /** In the order of the steps. */
  readonly things: readonly AdoptableThing[]
  /** What stays as it is, nobody's or somebody else's. */
  readonly left: readonly Left[]
  readonly obstacles: readonly string[]
  readonly adopted: Omit<Adopted, 'isOpen'>
  /** What the issuer serves. Of an external one they are not ours. */
  readonly keys: readonly PublicJwk[]
}

export interface Left {
  readonly what: string
  readonly why: string
}
