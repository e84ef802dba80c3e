/**
 * A state machine's definition, compiled: every field checked, every path and template parsed once. A field that is
 * not listed here is refused, never ignored. https://states-language.net/
 */
import * as z from 'zod'
import { type Condition, compileRule } from './comparisons.ts'
import { isObject, type Json } from './json.ts'
import { parsePath } from './paths.ts'
import { compileExpression, compileTemplate } from './templates.ts'
import { parseTimestamp } from './timestamps.ts'

export type State =
  | TaskState
  | MapState
  | ParallelState
  | ChoiceState
  | WaitState
  | PassState
  | SucceedState
  | FailState
export type TaskState = z.infer<typeof task>
export type MapState = z.infer<typeof map>
export type ParallelState = z.infer<typeof parallel>
export type ChoiceState = z.infer<typeof choice>
export type WaitState = z.infer<typeof wait>
export type PassState = z.infer<typeof pass>
export type SucceedState = z.infer<typeof succeed>
export type FailState = z.infer<typeof fail>
export type Retrier = z.infer<typeof retrier>
export type Catcher = z.infer<typeof catcher>
/** What States.ALL, names of errors and the rest of `ErrorEquals` stand for. */
export type ErrorNames = readonly string[]

/** The states of the machine, of a Parallel's branch or of a Map's ItemProcessor. */
export interface States {
  readonly StartAt: string
  readonly States: Readonly<Record<string, State>>
}

export type Machine = z.infer<typeof machine>

/** 99,999,999 s, AWS's limit for every duration. */
const SECONDS = z.number().int().max(99_999_999)

const json: z.ZodType<Json> = z.json()
const path = z.string().transform(compiled(parsePath))
const template = json.transform(compiled(compileTemplate))
const rule = json.transform(compiled(compileNamedRule))

function compiled<Input, Output>(compile: (input: Input) => Output) {
  return (input: Input, context: z.core.$RefinementCtx<Input>): Output => {
    try {
      return compile(input)
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error
      context.issues.push({ code: 'custom', message: error.message, input })
      return z.NEVER
    }
  }
}

function compileNamedRule(value: Json): { readonly holds: Condition; readonly Next: string } {
  if (!isObject(value) || typeof value.Next !== 'string') throw new SyntaxError('a choice rule needs Next')
  return { holds: compileRule(value), Next: value.Next }
}

const expression = (field: string) =>
  z.string().transform(compiled((text: string) => compileExpression(field, text)))

const errorEquals = z
  .array(z.string())
  .min(1)
  .refine((names) => names.length === 1 || !names.includes('States.ALL'), 'States.ALL must appear alone')

const retrier = z.strictObject({
  ErrorEquals: errorEquals,
  Comment: z.string().optional(),
  IntervalSeconds: SECONDS.min(1).default(1),
  MaxAttempts: SECONDS.min(0).default(3),
  BackoffRate: z.number().min(1).default(2),
  MaxDelaySeconds: z.number().int().min(1).max(31_622_400).optional(),
  JitterStrategy: z.enum(['FULL', 'NONE']).default('NONE'),
})

const catcher = z.strictObject({
  ErrorEquals: errorEquals,
  Comment: z.string().optional(),
  Next: z.string(),
  ResultPath: path.nullable().optional(),
})

const allLast = (list: readonly { readonly ErrorEquals: ErrorNames }[]) =>
  list.slice(0, -1).every(({ ErrorEquals }) => !ErrorEquals.includes('States.ALL'))

const common = { Comment: z.string().optional(), QueryLanguage: z.literal('JSONPath').optional() }
const filtered = { ...common, InputPath: path.nullable().optional(), OutputPath: path.nullable().optional() }
const transition = { Next: z.string().optional(), End: z.literal(true).optional() }
const resulting = {
  ...filtered,
  ...transition,
  Parameters: template.optional(),
  ResultPath: path.nullable().optional(),
}
const working = {
  ...resulting,
  ResultSelector: template.optional(),
  Retry: z.array(retrier).refine(allLast, 'States.ALL must come last').default([]),
  Catch: z.array(catcher).refine(allLast, 'States.ALL must come last').default([]),
}

const task = z.strictObject({
  ...working,
  Type: z.literal('Task'),
  Resource: z.string(),
  TimeoutSeconds: SECONDS.min(1).optional(),
  TimeoutSecondsPath: path.optional(),
  HeartbeatSeconds: SECONDS.min(1).optional(),
  HeartbeatSecondsPath: path.optional(),
})

const pass = z.strictObject({ ...resulting, Type: z.literal('Pass'), Result: json.optional() })

const wait = z.strictObject({
  ...filtered,
  ...transition,
  Type: z.literal('Wait'),
  Seconds: SECONDS.min(0).optional(),
  SecondsPath: path.optional(),
  Timestamp: z
    .string()
    .refine((text) => parseTimestamp(text) !== undefined, 'no timestamp')
    .optional(),
  TimestampPath: path.optional(),
})

const choice = z.strictObject({
  ...filtered,
  Type: z.literal('Choice'),
  Choices: z.array(rule).min(1),
  Default: z.string().optional(),
})

const succeed = z.strictObject({ ...filtered, Type: z.literal('Succeed') })

const fail = z.strictObject({
  ...common,
  Type: z.literal('Fail'),
  Error: z.string().optional(),
  ErrorPath: expression('ErrorPath').optional(),
  Cause: z.string().optional(),
  CausePath: expression('CausePath').optional(),
})

const scopeFields = {
  Comment: z.string().optional(),
  StartAt: z.string(),
  get States(): z.ZodType<Readonly<Record<string, State>>> {
    return z.record(z.string().min(1).max(80), state)
  },
}

const branch: z.ZodType<States> = z.lazy(() => z.strictObject(scopeFields))

const parallel = z.strictObject({ ...working, Type: z.literal('Parallel'), Branches: z.array(branch).min(1) })

const processor: z.ZodType<States> = z.lazy(() =>
  z.strictObject({
    ...scopeFields,
    ProcessorConfig: z.strictObject({ Mode: z.literal('INLINE') }).optional(),
  }),
)

const map = z.strictObject({
  ...working,
  Type: z.literal('Map'),
  ItemsPath: path.optional(),
  ItemSelector: template.optional(),
  ItemProcessor: processor.optional(),
  Iterator: branch.optional(),
  MaxConcurrency: SECONDS.min(0).optional(),
  MaxConcurrencyPath: path.optional(),
})

const state: z.ZodType<State> = z.lazy(() =>
  z.discriminatedUnion('Type', [task, map, parallel, choice, wait, pass, succeed, fail]),
)

/** Parses to a compiled machine; says what is wrong and where. */
export const machine = z.strictObject({
  ...scopeFields,
  Version: z.literal('1.0').optional(),
  QueryLanguage: z.literal('JSONPath').optional(),
  TimeoutSeconds: SECONDS.min(1).optional(),
})

/** The scopes inside a state: branches of a Parallel, the processor of a Map. */
export function innerScopes(state: State): readonly States[] {
  if (state.Type === 'Parallel') return state.Branches
  return state.Type === 'Map' ? [processorOf(state)] : []
}

export function processorOf(state: MapState): States {
  const processor = state.ItemProcessor ?? state.Iterator
  if (processor === undefined) throw new TypeError('a Map without ItemProcessor passed the check')
  return processor
}
