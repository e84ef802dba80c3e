/** Event patterns: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html */
import { AwsError } from '../errors.ts'
import { parsePattern } from '../lambda/event-filter.ts'
import { invalid, type Rule } from './bus.ts'

// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
const MOST_CHARACTERS = 2048

/** Throws AwsError (InvalidEventPatternException). */
export function parseEventPattern(text: string): NonNullable<Rule['pattern']> {
  if (text.length > MOST_CHARACTERS) throw invalidPattern(`longer than ${MOST_CHARACTERS} characters`)
  try {
    return { text, matches: parsePattern(text) }
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    throw invalidPattern(error.message)
  }
}

const MANDATORY = ['id', 'account', 'source', 'time', 'region', 'resources', 'detail-type']

/** Throws AwsError (InvalidEventPatternException, ValidationException). */
export function testEventPattern(pattern: string, eventText: string): boolean {
  const { matches } = parseEventPattern(pattern)
  const event = parseEvent(eventText)
  const missing = MANDATORY.filter((name) => !Object.hasOwn(event, name))
  if (missing.length > 0)
    throw invalid(`Parameter Event is not valid. Reason: ${missing.join(', ')} missing.`)
  return matches(event)
}

function parseEvent(text: string): object {
  try {
    const event: unknown = JSON.parse(text)
    if (typeof event === 'object' && event !== null) return event
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause
  }
  throw invalid('Parameter Event is not valid. Reason: not a JSON object.')
}

function invalidPattern(reason: string): AwsError {
  return new AwsError('InvalidEventPatternException', `Event pattern is not valid. Reason: ${reason}`)
}
