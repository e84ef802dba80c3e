/** What the actions of a transaction would do, found out on copies of their items in a dynalite of its own. */
import { AwsError } from '../errors.ts'
import type { Item } from './attribute-values.ts'
import { createEngine, type Engine } from './engine.ts'
import type { Action } from './transaction-actions.ts'

export interface Outcome {
  readonly action: Action
  readonly before: Item | undefined
  /** Undefined for an item that is gone. */
  readonly after: Item | undefined
  /** ConditionalCheckFailedException or ValidationException. */
  readonly refusal: AwsError | undefined
}

/** One outcome for every action: one that fails keeps none of the others from being tried. */
export async function rehearse(
  actions: readonly Action[],
  before: readonly (Item | undefined)[],
): Promise<readonly Outcome[]> {
  const engine = createEngine()
  const schemas = new Set(actions.map(({ table }) => table.schema))
  for (const schema of schemas) await engine.addTable(schema)
  const outcomes: Outcome[] = []
  for (const [index, action] of actions.entries())
    outcomes.push(await tryAction(engine, action, before[index]))
  await engine.close()
  return outcomes
}

async function tryAction(engine: Engine, action: Action, before: Item | undefined): Promise<Outcome> {
  const { table, key, operation, request } = action
  if (before) await engine.put(table.name, before)
  const refusal = await refusalOf(() => engine.run(operation, request))
  return { action, before, after: await engine.read(table.name, key), refusal }
}

async function refusalOf(run: () => Promise<unknown>): Promise<AwsError | undefined> {
  try {
    await run()
    return undefined
  } catch (error) {
    const isReason =
      error instanceof AwsError &&
      (error.code === 'ConditionalCheckFailedException' || error.code === 'ValidationException')
    if (!isReason) throw error
    return error
  }
}
