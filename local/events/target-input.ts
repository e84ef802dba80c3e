/** What a target is given. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html */
import type { Target } from '@aws-sdk/client-eventbridge'
import type { Rule } from './bus.ts'
import type { Event } from './put-events.ts'

export function targetInput(
  { Input, InputPath, InputTransformer }: Target,
  rule: Rule,
  event: Event,
): string {
  if (Input !== undefined) return Input
  if (InputPath !== undefined) return JSON.stringify(at(InputPath, event) ?? null)
  if (InputTransformer === undefined) return JSON.stringify(event)
  const { InputPathsMap = {}, InputTemplate = '' } = InputTransformer
  const values: Record<string, unknown> = {
    'aws.events.rule-arn': rule.arn,
    'aws.events.rule-name': rule.name,
    'aws.events.event.json': event,
    'aws.events.event.ingestion-time': event.time,
  }
  for (const [name, path] of Object.entries(InputPathsMap)) values[name] = at(path, event)
  return InputTemplate.replaceAll(/"?<([\w.-]+)>"?/g, (found, name: string) => {
    const value = values[name]
    const isQuoted = found.startsWith('"') && found.endsWith('"')
    if (isQuoted)
      return typeof value === 'string' ? JSON.stringify(value) : `"${JSON.stringify(value ?? '')}"`
    const text = typeof value === 'string' ? value : JSON.stringify(value ?? '')
    return found.replace(`<${name}>`, text)
  })
}

/** Paths of names and indexes: `$.detail.items[0]`. */
function at(path: string, event: unknown): unknown {
  const steps = path
    .replace(/^\$\.?/, '')
    .split(/[.[\]]+/)
    .filter((step) => step !== '')
  return steps.reduce<unknown>(
    (value, step) => (typeof value === 'object' && value !== null ? Reflect.get(value, step) : undefined),
    event,
  )
}
