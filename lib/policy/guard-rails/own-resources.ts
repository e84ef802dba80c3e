/**
 * The stack's own resources and the buckets that it may take over, which no role is given by name. As in serverless/boundary.yml,
 * NothingOfThisStack, NoRolesOfThisStack and NoAdoptedBuckets.
 */
import { covers } from '../patterns.ts'

export interface OwnStack {
  readonly stage: string
  readonly name: string
  readonly accountId: string
  readonly adoptedBuckets: readonly string[]
}

/**
 * Whether the ARN can stand for nothing else. What also stands for other things, like `*`, is the boundary's to divide: it
 * denies the part that is the stack's.
 */
export function isOwnResource(resource: string, stack: OwnStack): boolean {
  return ownResources(stack).some((own) => covers(own, resource))
}

export function ownResources({ stage, name, accountId, adoptedBuckets }: OwnStack): string[] {
  return [
    `arn:*:iam::*:role/${name}-*`,
    `arn:*:cloudformation:*:${accountId}:stack/${name}/*`,
    `arn:*:dynamodb:*:${accountId}:table/${name}-*`,
    `arn:*:events:*:${accountId}:event-bus/${name}`,
    `arn:*:events:*:${accountId}:rule/${name}*`,
    `arn:*:lambda:*:${accountId}:function:${name}-*`,
    `arn:*:logs:*:${accountId}:log-group:/aws/lambda/${name}-*`,
    `arn:*:logs:*:${accountId}:log-group:/aws/vendedlogs/states/${name}-*`,
    `arn:*:s3:::irsa-${stage}-*`,
    ...adoptedBuckets.flatMap((bucket) => [`arn:*:s3:::${bucket}`, `arn:*:s3:::${bucket}/*`]),
    `arn:*:sqs:*:${accountId}:${name}-*`,
    `arn:*:states:*:${accountId}:*:${name}-*`,
  ]
}
