/** Writes of items: one after the other, each with its records in the tables' streams. */
import type { Item } from './attribute-values.ts'
import type { Database } from './database.ts'
import { appendChange } from './stream.ts'
import type { Table } from './table.ts'

/** An item that a write is about to change. */
export interface Target {
  readonly table: Table
  readonly key: Item
}

export interface WriteOptions {
  readonly byService?: boolean
}

/**
 * Runs in turn. `run` is given the items as they are, in the order of `targets`; what has become of them when it
 * is done goes to the streams, in that order too. Rejects as `run` does, without any record then.
 */
export function write<Result>(
  database: Database,
  targets: readonly Target[],
  run: (before: readonly (Item | undefined)[]) => Promise<Result>,
  { byService = false }: WriteOptions = {},
): Promise<Result> {
  return database.inTurn(async () => {
    const before = await readAll(database, targets)
    const result = await run(before)
    const after = await readAll(database, targets)
    const woken = new Set<string>()
    for (const [index, { table }] of targets.entries()) {
      const change = { before: before[index], after: after[index], byService }
      const { stream } = table
      if (stream && appendChange(stream, change, database.clock.now())) woken.add(stream.arn)
      if (change.after) database.expiry.notice(table, change.after)
    }
    for (const streamArn of woken) database.watch.wake(streamArn)
    return result
  })
}

function readAll({ engine }: Database, targets: readonly Target[]): Promise<readonly (Item | undefined)[]> {
  return Promise.all(targets.map(({ table, key }) => engine.read(table.name, key)))
}
