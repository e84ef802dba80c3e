/** What the services' tag operations need to get from one list of tags to another. */
import type { TagList } from './properties.ts'

export interface TagChanges {
  readonly added: TagList
  readonly removedKeys: readonly string[]
}

export function tagChanges(before: TagList = [], after: TagList = []): TagChanges {
  const isIn = (list: TagList, { Key, Value }: TagList[number]) =>
    list.some((tag) => tag.Key === Key && tag.Value === Value)
  return {
    added: after.filter((tag) => !isIn(before, tag)),
    removedKeys: before.map(({ Key }) => Key).filter((key) => !after.some(({ Key }) => Key === key)),
  }
}

/** Tags as Lambda and SQS take them. */
export function tagMap(tags: TagList): Record<string, string> {
  return Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]))
}
