/** What a target is given. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html */
import type { InputTransformer, Target } from '@aws-sdk/client-eventbridge'
import { NotInLocalMode } from '../errors.ts'
import { writeJson } from '../write-json.ts'
import { invalid, type Rule } from './bus.ts'
import type { Event } from './put-events.ts'

/** Throws AwsError (ValidationException, NotInLocalMode). */
export function checkTargetInput({ Id, Input, InputPath, InputTransformer }: Target): void {
  if ([Input, InputPath, InputTransformer].filter((one) => one !== undefined).length > 1)
    throw invalid('Only one of Input, InputPath, or InputTransformer must be provided.')
  if (Input !== undefined && (Input.length > 8192 || !isJson(Input)))
    throw invalid(`JSON syntax error in input for target ${Id}.`)
  if (InputPath !== undefined) checkPath(InputPath)
  if (InputTransformer !== undefined) checkTransformer(InputTransformer)
}

export function targetInput(
  { Input, InputPath, InputTransformer }: Target,
  rule: Rule,
  event: Event,
): string {
  if (Input !== undefined) return Input
  if (InputPath !== undefined) return writeJson(at(InputPath, event) ?? null)
  if (InputTransformer === undefined) return writeJson(event)
  return transform(InputTransformer, rule, event)
}

// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_InputTransformer.html
const MOST_PATHS = 100
const MOST_TEMPLATE_CHARACTERS = 8192

const PREDEFINED: ReadonlySet<string> = new Set([
  'aws.events.rule-arn',
  'aws.events.rule-name',
  'aws.events.event',
  'aws.events.event.json',
  'aws.events.event.ingestion-time',
])

function checkTransformer({ InputPathsMap = {}, InputTemplate = '' }: InputTransformer): void {
  const paths = Object.entries(InputPathsMap)
  if (paths.length > MOST_PATHS) throw invalid(`InputPathsMap must have at most ${MOST_PATHS} entries.`)
  for (const [name, path] of paths) {
    if (!/^[\w-]{1,256}$/.test(name) || /^aws/i.test(name))
      throw invalid(`InputPathsMap key ${name} is not valid.`)
    checkPath(path)
  }
  if (InputTemplate.length < 1 || InputTemplate.length > MOST_TEMPLATE_CHARACTERS)
    throw invalid(`InputTemplate must have length between 1 and ${MOST_TEMPLATE_CHARACTERS}.`)
  for (const [, name = ''] of InputTemplate.matchAll(PLACEHOLDER))
    if (!PREDEFINED.has(name) && !Object.hasOwn(InputPathsMap, name))
      throw invalid(`InputTemplate contains the placeholder <${name}>, which InputPathsMap does not define.`)
}

const PLACEHOLDER = /<([\w.-]+)>/g

/**
 * Within quotes a value stands as text, unescaped; outside of them as JSON. What is not in the event leaves nothing behind.
 */
function transform(
  { InputPathsMap = {}, InputTemplate = '' }: InputTransformer,
  rule: Rule,
  event: Event,
): string {
  const { detail: _, ...withoutDetail } = event
  const values = new Map<string, unknown>([
    ['aws.events.rule-arn', rule.arn],
    ['aws.events.rule-name', rule.name],
    ['aws.events.event', withoutDetail],
    ['aws.events.event.json', event],
    ['aws.events.event.ingestion-time', event.time],
    ...Object.entries(InputPathsMap).map(([name, path]) => [name, at(path, event)] as const),
  ])
  let isQuoted = false
  return InputTemplate.replaceAll(/\\.|"|<([\w.-]+)>/gs, (found, name: string | undefined) => {
    if (found === '"') isQuoted = !isQuoted
    if (name === undefined) return found
    const value = values.get(name)
    if (value === undefined) return ''
    if (!isQuoted) return writeJson(value)
    return typeof value === 'string' ? value : writeJson(value).replaceAll('"', '')
  })
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** AWS takes any; throws NotInLocalMode for one that is no path of names and indexes. */
function checkPath(path: string): void {
  if (!/^\$(\.[\w/-]+|\[\d+\])*$/.test(path)) throw new NotInLocalMode(`the JSON path ${path}`)
}

/** Paths of names and indexes: `$.detail.items[0]`. */
function at(path: string, event: unknown): unknown {
  const steps = path
    .replace(/^\$\.?/, '')
    .split(/[.[\]]+/)
    .filter((step) => step !== '')
  return steps.reduce<unknown>(
    (value, step) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, step)
        ? Reflect.get(value, step)
        : undefined,
    event,
  )
}
