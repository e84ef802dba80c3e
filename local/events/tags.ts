/** Tags of buses and rules. */
import type {
  ListTagsForResourceRequest,
  Tag,
  TagResourceRequest,
  UntagResourceRequest,
} from '@aws-sdk/client-eventbridge'
import { isArn, parseArn } from '../arn.ts'
import { AwsError } from '../errors.ts'
import { type Ask, type Call, type Operation, operation } from '../service.ts'
import { parseTags, requestTagContext, resourceTagContext, type Tags, tagList } from '../tags.ts'
import { type Buses, findBus, invalid, notFound } from './bus.ts'

const MOST_TAGS = 50

/** Throws AwsError (ValidationException, LimitExceededException). */
export function tagMap(tags: readonly Tag[] | undefined): Tags {
  const parsed = parseTags(tags, invalid)
  checkCount(parsed.size)
  return parsed
}

export function tagOperations(buses: Buses): Record<string, Operation<never, unknown>> {
  const ask = (action: string, arn: string, context: Ask['context'] = {}): Ask[] => [
    {
      action: `events:${action}`,
      resource: arn,
      ...(isArn(arn) && { owner: parseArn(arn).account }),
      context: { ...resourceTagContext(taggedBy(buses, arn)?.tags), ...context },
    },
  ]
  return {
    TagResource: operation<TagResourceRequest, object>({
      asks: ({ ResourceARN = '', Tags }) => ask('TagResource', ResourceARN, requestTagContext(Tags)),
      run: ({ ResourceARN = '', Tags }, call) => {
        const { tags } = find(buses, ResourceARN, call)
        const added = tagMap(Tags)
        checkCount(new Set([...tags.keys(), ...added.keys()]).size)
        for (const [key, value] of added) tags.set(key, value)
        return {}
      },
    }),
    UntagResource: operation<UntagResourceRequest, object>({
      asks: ({ ResourceARN = '', TagKeys = [] }) =>
        ask('UntagResource', ResourceARN, { 'aws:TagKeys': TagKeys }),
      run: ({ ResourceARN = '', TagKeys = [] }, call) => {
        const { tags } = find(buses, ResourceARN, call)
        for (const key of TagKeys) tags.delete(key)
        return {}
      },
    }),
    ListTagsForResource: operation<ListTagsForResourceRequest, object>({
      asks: ({ ResourceARN = '' }) => ask('ListTagsForResource', ResourceARN),
      run: ({ ResourceARN = '' }, call) => ({ Tags: tagList(find(buses, ResourceARN, call).tags) }),
    }),
  }
}

interface Tagged {
  readonly tags: Map<string, string>
}

function find(buses: Buses, arn: string, call: Call): Tagged {
  if (arn.includes(':event-bus/')) return findBus(buses, arn, call)
  const rule = taggedBy(buses, arn)
  if (rule === undefined) throw notFound(`${arn} does not exist.`)
  return rule
}

function taggedBy(buses: Buses, arn: string): Tagged | undefined {
  const rules = [...buses.values()].flatMap((bus) => [...bus.rules.values()])
  return buses.get(arn) ?? rules.find((rule) => rule.arn === arn)
}

function checkCount(count: number): void {
  if (count > MOST_TAGS)
    throw new AwsError('LimitExceededException', 'The requested resource exceeds the maximum number allowed.')
}
