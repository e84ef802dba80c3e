/** What AWS would tell if things had more tags than they have: to see what a run would make of them, before they are touched. */
import { randomUUID } from 'node:crypto'
import type { ACMClient } from '@aws-sdk/client-acm'
import type { CloudFrontClient } from '@aws-sdk/client-cloudfront'
import type { IAMClient } from '@aws-sdk/client-iam'
import type { S3Client } from '@aws-sdk/client-s3'
import { isNoSuchBucket, isNotFound } from './errors.ts'
import { readTags, type Tags, tagList } from './tags.ts'

export interface Pretending {
  readonly s3: S3Client
  readonly acm: ACMClient
  readonly cloudFront: CloudFrontClient
  readonly iam: IAMClient
}

/**
 * From now on these clients answer for the things (ARNs, buckets by name) as if they had the tags, until the returned function is
 * called. https://aws.amazon.com/blogs/developer/middleware-stack-modular-aws-sdk-js/
 */
export function asIfTagged(
  { s3, acm, cloudFront, iam }: Pretending,
  ids: ReadonlySet<string>,
  tags: Tags,
): () => void {
  // Somebody else may pretend something at the same time.
  const step = { step: 'initialize', name: `asIfTagged ${randomUUID()}` } as const
  const merged = (list: Parameters<typeof readTags>[0]) => tagList({ ...readTags(list), ...tags })
  s3.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        if (commandName !== 'GetBucketTaggingCommand' || !isAbout(args.input, 'Bucket', ids))
          return next(args)
        try {
          const answer = await next(args)
          if (!('TagSet' in answer.output)) return answer
          return { ...answer, output: { ...answer.output, TagSet: merged(answer.output.TagSet) } }
        } catch (error) {
          if (!isNotFound(error) || isNoSuchBucket(error)) throw error
          return { response: undefined, output: { $metadata: {}, TagSet: merged([]) } }
        }
      },
    step,
  )
  acm.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        const answer = await next(args)
        if (commandName !== 'ListTagsForCertificateCommand') return answer
        if (!isAbout(args.input, 'CertificateArn', ids) || !('Tags' in answer.output)) return answer
        return { ...answer, output: { ...answer.output, Tags: merged(answer.output.Tags) } }
      },
    step,
  )
  cloudFront.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        const answer = await next(args)
        if (commandName !== 'ListTagsForResourceCommand') return answer
        if (!isAbout(args.input, 'Resource', ids) || !('Tags' in answer.output)) return answer
        return { ...answer, output: { ...answer.output, Tags: { Items: merged(answer.output.Tags?.Items) } } }
      },
    step,
  )
  iam.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        const answer = await next(args)
        if (commandName !== 'GetOpenIDConnectProviderCommand') return answer
        if (!isAbout(args.input, 'OpenIDConnectProviderArn', ids) || !('ClientIDList' in answer.output))
          return answer
        return { ...answer, output: { ...answer.output, Tags: merged(answer.output.Tags) } }
      },
    step,
  )
  return () => {
    for (const client of [s3, acm, cloudFront, iam]) client.middlewareStack.remove(step.name)
  }
}

function isAbout(input: object, member: string, ids: ReadonlySet<string>): boolean {
  const id = Object.entries(input).find(([name]) => name === member)?.[1]
  return typeof id === 'string' && ids.has(id)
}
