/** Tags of state machines. https://docs.aws.amazon.com/step-functions/latest/dg/sfn-tagging.html */
import type {
  ListTagsForResourceInput,
  ListTagsForResourceOutput,
  Tag,
  TagResourceInput,
  UntagResourceInput,
} from '@aws-sdk/client-sfn'
import { AwsError } from '../errors.ts'
import { operation } from '../service.ts'
import type { StateMachine } from './machine.ts'
import { askFor, findMachine, type Store } from './store.ts'

const MAXIMUM_TAGS = 50
const TAG_CHARACTERS = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u

export function tagOperations(store: Store) {
  return {
    TagResource: operation<TagResourceInput, object>({
      run(input) {
        const machine = findTagged(store, input.resourceArn)
        const tags = parseTags(input.tags)
        checkNumber(new Set([...machine.tags.keys(), ...tags.keys()]).size)
        for (const [key, value] of tags) machine.tags.set(key, value)
        return {}
      },
      asks: (input) => [askFor('TagResource', input.resourceArn, requestTagContext(input.tags))],
    }),
    UntagResource: operation<UntagResourceInput, object>({
      run(input) {
        const machine = findTagged(store, input.resourceArn)
        for (const key of input.tagKeys ?? []) machine.tags.delete(key)
        return {}
      },
      asks: (input) => [askFor('UntagResource', input.resourceArn, { 'aws:TagKeys': input.tagKeys ?? [] })],
    }),
    ListTagsForResource: operation<ListTagsForResourceInput, ListTagsForResourceOutput>({
      run: (input) => ({
        tags: [...findTagged(store, input.resourceArn).tags].map(([key, value]) => ({ key, value })),
      }),
      asks: (input) => [askFor('ListTagsForResource', input.resourceArn)],
    }),
  }
}

/** Throws ResourceNotFound where other operations have StateMachineDoesNotExist. */
function findTagged(store: Store, arn: string | undefined): StateMachine {
  try {
    return findMachine(store, arn).machine
  } catch (error) {
    if (!(error instanceof AwsError) || error.code !== 'StateMachineDoesNotExist') throw error
    throw new AwsError(
      'ResourceNotFound',
      `Resource not found: '${arn}'`,
      400,
      { resourceName: arn },
      { cause: error },
    )
  }
}

/** Throws AwsError (ValidationException, TooManyTags). */
export function parseTags(tags: readonly Tag[] = []): Map<string, string> {
  const parsed = new Map<string, string>()
  for (const { key = '', value = '' } of tags) {
    const isLegal = key !== '' && key.length <= 128 && value.length <= 256 && TAG_CHARACTERS.test(key + value)
    if (!isLegal || /^aws:/i.test(key))
      throw new AwsError('ValidationException', `Invalid tag: '${key}'='${value}'`)
    parsed.set(key, value)
  }
  checkNumber(parsed.size)
  return parsed
}

function checkNumber(number: number): void {
  if (number > MAXIMUM_TAGS) throw new AwsError('TooManyTags', `More than ${MAXIMUM_TAGS} tags`)
}

/** What IAM's conditions see of the tags in a request. */
export function requestTagContext(tags: readonly Tag[] = []): Record<string, string | readonly string[]> {
  if (tags.length === 0) return {}
  const values = tags.map(({ key, value }) => [`aws:RequestTag/${key}`, value ?? ''])
  return { ...Object.fromEntries(values), 'aws:TagKeys': tags.map(({ key = '' }) => key) }
}
