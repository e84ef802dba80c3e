/** Tags of tables. */
import type {
  ListTagsOfResourceInput,
  Tag,
  TagResourceInput,
  UntagResourceInput,
} from '@aws-sdk/client-dynamodb'
import { AwsError, NotInLocalMode } from '../errors.ts'
import { type Call, operation } from '../service.ts'
import { parseTags, requestTagContext, type Tags, tagList } from '../tags.ts'
import { askFor } from './asks.ts'
import type { Database, Databases } from './database.ts'
import { findTable, type Table } from './table.ts'

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Tagging.html
const MAXIMUM_TAGS = 50

export function tableTagOperations({ of }: Databases) {
  return {
    TagResource: operation<TagResourceInput, object>({
      run(input, call) {
        const table = findTagged(of(call), input.ResourceArn, call)
        table.tags = limited(new Map([...table.tags, ...parseTableTags(input.Tags)]))
        return {}
      },
      asks: (input, call) => [
        askFor(of(call), call, {
          action: 'TagResource',
          TableName: input.ResourceArn,
          context: requestTagContext(input.Tags),
        }),
      ],
    }),
    UntagResource: operation<UntagResourceInput, object>({
      run(input, call) {
        const table = findTagged(of(call), input.ResourceArn, call)
        table.tags = new Map([...table.tags].filter(([key]) => !input.TagKeys?.includes(key)))
        return {}
      },
      asks: (input, call) => [
        askFor(of(call), call, {
          action: 'UntagResource',
          TableName: input.ResourceArn,
          context: { 'aws:TagKeys': input.TagKeys ?? [] },
        }),
      ],
    }),
    ListTagsOfResource: operation<ListTagsOfResourceInput, object>({
      run(input, call) {
        const { tags } = findTagged(of(call), input.ResourceArn, call)
        // All fit on one page, so that no token was ever given.
        if (input.NextToken !== undefined) throw new AwsError('ValidationException', 'Invalid NextToken')
        return { Tags: tagList(tags) }
      },
      asks: (input, call) => [
        askFor(of(call), call, { action: 'ListTagsOfResource', TableName: input.ResourceArn }),
      ],
    }),
  }
}

/** Throws ValidationException. */
export function parseTableTags(tags: readonly Tag[] | undefined): Tags {
  return limited(parseTags(tags, (message) => new AwsError('ValidationException', message)))
}

function limited(tags: Tags): Tags {
  if (tags.size > MAXIMUM_TAGS)
    throw new AwsError('ValidationException', `Number of tags exceeds the limit of ${MAXIMUM_TAGS}`)
  return tags
}

/** By ARN only. Throws NotInLocalMode for a stream, which AWS tags too. */
function findTagged({ tables }: Database, arn: string | undefined, call: Call): Table {
  if (!arn?.startsWith('arn:'))
    throw new AwsError(
      'ValidationException',
      `Invalid TableArn: Invalid ResourceArn provided as input ${arn ?? ''}`,
    )
  if (/:table\/[^/]+\/stream\//.test(arn)) throw new NotInLocalMode('tags of streams')
  return findTable(tables, arn, call)
}
