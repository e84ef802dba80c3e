/** The state machines as their files have them, and a way through them. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'

export const ROOT = join(import.meta.dirname, '..')

export interface State {
  readonly Type: string
  readonly Next?: string
  readonly Default?: string
  readonly Choices?: readonly {
    readonly Variable: string
    readonly StringEquals: string
    readonly Next: string
  }[]
  readonly TimeoutSeconds?: number
  readonly Seconds?: number
  readonly Resource?: unknown
  readonly Retry?: readonly { readonly ErrorEquals: readonly string[]; readonly MaxAttempts: number }[]
  readonly Catch?: unknown
  readonly ItemProcessor?: Machine & { readonly ProcessorConfig: { readonly Mode: string } }
}

export interface Machine {
  readonly StartAt: string
  readonly States: Readonly<Record<string, State>>
}

/** By file name. CloudFormation's short tags are left as plain text. */
export function stateMachines(): Readonly<Record<string, Machine>> {
  const files = readdirSync(join(ROOT, 'statemachines'))
  return Object.fromEntries(files.map((file) => [file, parseFile(join('statemachines', file)) as Machine]))
}

export function parseFile(path: string): unknown {
  return parse(readFileSync(join(ROOT, path), 'utf8'), { merge: true, logLevel: 'silent' })
}

/** Every state, those inside of a Map too. */
export function allStates({ States }: Machine): [name: string, state: State][] {
  return Object.entries(States).flatMap(([name, state]) => [
    [name, state] as [string, State],
    ...(state.ItemProcessor === undefined ? [] : allStates(state.ItemProcessor)),
  ])
}

/** The tasks on the way on which everything is ready, or gone, at once. */
export function readyPath(machine: Machine): string[] {
  const tasks: string[] = []
  let name: string | undefined = machine.StartAt
  while (name !== undefined) {
    const state: State | undefined = machine.States[name]
    if (state === undefined) throw new Error(`no state ${name}`)
    if (state.Type === 'Task') tasks.push(name)
    const ready: { readonly Next: string } | undefined = state.Choices?.find(
      ({ StringEquals }) => StringEquals === 'ready' || StringEquals === 'absent',
    )
    name = ready?.Next ?? state.Next ?? state.Default
  }
  return tasks
}
