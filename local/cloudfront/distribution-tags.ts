/** Tags of distributions; origin access controls have none. */
import type {
  ListTagsForResourceRequest,
  ListTagsForResourceResult,
  TagResourceRequest,
  UntagResourceRequest,
} from '@aws-sdk/client-cloudfront'
import { isArn, parseArn } from '../arn.ts'
import { AwsError } from '../errors.ts'
import { type Ask, type Call, operation } from '../service.ts'
import { parseTags, requestTagContext, tagList } from '../tags.ts'
import { type Distribution, type Distributions, distributionAsk } from './distribution.ts'

export function distributionTagOperations(distributions: Distributions) {
  return {
    TagResource: operation<TagResourceRequest, object>({
      run: (input, call) => {
        const distribution = findByArn(distributions, input.Resource, call)
        const tags = new Map([...distribution.tags, ...parseTags(input.Tags?.Items, invalidTagging)])
        if (tags.size > 50) throw invalidTagging('A resource can have at most 50 tags.')
        distribution.tags = tags
        return {}
      },
      asks: (input, call) => [
        tagAsk(
          distributions,
          'cloudfront:TagResource',
          input.Resource,
          call,
          requestTagContext(input.Tags?.Items),
        ),
      ],
    }),
    UntagResource: operation<UntagResourceRequest, object>({
      run: (input, call) => {
        const distribution = findByArn(distributions, input.Resource, call)
        const tags = new Map(distribution.tags)
        for (const key of input.TagKeys?.Items ?? []) tags.delete(key)
        distribution.tags = tags
        return {}
      },
      asks: (input, call) => [
        tagAsk(distributions, 'cloudfront:UntagResource', input.Resource, call, {
          'aws:TagKeys': input.TagKeys?.Items ?? [],
        }),
      ],
    }),
    ListTagsForResource: operation<ListTagsForResourceRequest, ListTagsForResourceResult>({
      run: (input, call) => ({
        Tags: { Items: tagList(findByArn(distributions, input.Resource, call).tags) },
      }),
      asks: (input, call) => [
        tagAsk(distributions, 'cloudfront:ListTagsForResource', input.Resource, call, {}),
      ],
    }),
  }
}

export function invalidTagging(message: string): AwsError {
  return new AwsError('InvalidTagging', message)
}

function findByArn(distributions: Distributions, arn: string | undefined, call: Call): Distribution {
  const distribution = distributions.get(distributionId(arn))
  if (distribution?.arn !== arn || distribution?.account !== call.principal.account)
    throw new AwsError('NoSuchResource', 'The specified resource does not exist.', 404)
  return distribution
}

function tagAsk(
  distributions: Distributions,
  action: string,
  arn: string | undefined,
  call: Call,
  context: NonNullable<Ask['context']>,
): Ask {
  const ask = distributionAsk(distributions, action, distributionId(arn), call)
  return { ...ask, context: { ...ask.context, ...context } }
}

function distributionId(arn: string | undefined): string {
  return arn && isArn(arn) ? parseArn(arn).resource.replace(/^distribution\//, '') : ''
}
