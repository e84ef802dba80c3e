/** Tags of functions. https://docs.aws.amazon.com/lambda/latest/dg/configuration-tags.html */
import type {
  ListTagsRequest,
  ListTagsResponse,
  TagResourceRequest,
  UntagResourceRequest,
} from '@aws-sdk/client-lambda'
import { NotInLocalMode } from '../errors.ts'
import { type Call, operation } from '../service.ts'
import { parseTags, requestTagContext as tagContext } from '../tags.ts'
import type { Functions, LambdaFunction } from './function.ts'
import { findFunction, functionAsk, invalidParameter } from './function-name.ts'

const MAXIMUM_TAGS = 50

export function functionTagOperations(functions: Functions) {
  return {
    TagResource: operation<TagResourceRequest, object>({
      run: (input, call) => {
        const { tags } = findTagged(functions, input.Resource, call)
        checkTags({ ...Object.fromEntries(tags), ...input.Tags })
        for (const [key, value] of Object.entries(input.Tags ?? {})) tags.set(key, value)
        return {}
      },
      asks: ({ Resource, Tags }, call) => [
        functionAsk('TagResource', { FunctionName: Resource }, call, requestTagContext(Tags)),
      ],
    }),
    UntagResource: operation<UntagResourceRequest, object>({
      run: (input, call) => {
        const { tags } = findTagged(functions, input.Resource, call)
        for (const key of input.TagKeys ?? []) tags.delete(key)
        return {}
      },
      asks: ({ Resource, TagKeys }, call) => [
        functionAsk('UntagResource', { FunctionName: Resource }, call, { 'aws:TagKeys': TagKeys ?? [] }),
      ],
    }),
    ListTags: operation<ListTagsRequest, ListTagsResponse>({
      run: (input, call) => ({
        Tags: Object.fromEntries(findTagged(functions, input.Resource, call).tags),
      }),
      asks: ({ Resource }, call) => [functionAsk('ListTags', { FunctionName: Resource }, call)],
    }),
  }
}

/** Throws AwsError (InvalidParameterValueException). */
export function checkTags(tags: Readonly<Record<string, string>> = {}): void {
  const parsed = parseTags(pairs(tags), invalidParameter)
  if (parsed.size > MAXIMUM_TAGS)
    throw invalidParameter(`The number of tags exceeds the maximum of ${MAXIMUM_TAGS}.`)
}

/** What IAM's conditions see of the tags in a request. */
export function requestTagContext(tags: Readonly<Record<string, string>> | undefined) {
  return tagContext(pairs(tags ?? {}))
}

function pairs(tags: Readonly<Record<string, string>>): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
}

function findTagged(functions: Functions, resource: string | undefined, call: Call): LambdaFunction {
  if (!/:function:[^:]+$/.test(resource ?? '')) throw new NotInLocalMode(`tags of ${resource}`)
  return findFunction(functions, { FunctionName: resource }, call)
}
