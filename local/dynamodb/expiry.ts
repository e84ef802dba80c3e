/** Time to live: items go when their time has come, some time later. */
import { warnOfFault } from '../background.ts'
import type { Timer } from '../clock.ts'
import { type Item, isRecord } from './attribute-values.ts'
import type { Database } from './database.ts'
import { checkedKey, isItem } from './engine.ts'
import type { Table } from './table.ts'
import { write } from './writes.ts'

export interface Expiry {
  /** Of every item that is written, and sees to its end if it has one. */
  readonly notice: (table: Table, item: Item) => void
  /** Looks through all items of a table, because it has its attribute only now. */
  readonly sweep: (table: Table) => void
  readonly stop: () => void
}

// AWS deletes within a few days and readers must filter; a minute is enough for one that does not to show.
const DELETION_DELAY_MILLISECONDS = 60_000
// Older than five years is taken for a mistake: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-before-you-start.html
const OLDEST_MILLISECONDS = 5 * 365 * 86_400_000

/** `database` is asked for later, since it holds this. */
export function createExpiry(database: () => Database): Expiry {
  const planned = new Map<Table, { readonly due: number; readonly timer: Timer }>()

  function plan(table: Table, due: number): void {
    const earlier = planned.get(table)
    if (earlier && earlier.due <= due) return
    earlier?.timer.cancel()
    const { clock } = database()
    // Dates are real ones, so this wait is not shortened.
    const delay = Math.max(0, due - clock.now().getTime())
    planned.set(table, { due, timer: clock.after(delay, () => sweep(table), { scaled: false }) })
  }

  function notice(table: Table, item: Item): void {
    const due = deletionTime(table, item, database().clock.now())
    if (due !== undefined) plan(table, due)
  }

  function sweep(table: Table): void {
    planned.get(table)?.timer.cancel()
    planned.delete(table)
    deleteExpired(database(), table, (item) => notice(table, item)).catch((error: unknown) => {
      // Its table is gone meanwhile, and the items with it.
      if (isServing(database(), table)) warnOfFault(`the expiry of items of ${table.name}`, error)
    })
  }

  return {
    notice,
    sweep,
    stop() {
      for (const { timer } of planned.values()) timer.cancel()
      planned.clear()
    },
  }
}

/** Calls `keep` with every item that stays. */
async function deleteExpired(database: Database, table: Table, keep: (item: Item) => void): Promise<void> {
  for (const item of await allItems(database, table)) {
    const names = table.schema.KeySchema.map(({ AttributeName }) => AttributeName)
    const key = checkedKey(
      table.schema,
      Object.fromEntries(names.map((name) => [name, item[name] ?? {}] as const)),
    )
    await write(
      database,
      [{ table, key }],
      async ([current]) => {
        if (!current || !isServing(database, table)) return
        const due = deletionTime(table, current, database.clock.now())
        if (due !== undefined && due <= database.clock.now().getTime())
          await database.engine.remove(table.name, key)
        else keep(current)
      },
      { byService: true },
    )
  }
}

function allItems(database: Database, table: Table): Promise<readonly Item[]> {
  return database.inTurn(async () => {
    const items: Item[] = []
    let after: unknown
    do {
      if (!isServing(database, table)) return []
      const start = after === undefined ? {} : { ExclusiveStartKey: after }
      const page = await database.engine.run('Scan', { TableName: table.name, ...start })
      if (Array.isArray(page.Items)) items.push(...page.Items.filter(isItem))
      after = page.LastEvaluatedKey
    } while (after !== undefined)
    return items
  })
}

function isServing({ tables }: Database, table: Table): boolean {
  return tables.get(table.name) === table && table.status !== 'DELETING' && table.status !== 'CREATING'
}

/** Milliseconds since 1970 at which the item is deleted; undefined if it stays. */
function deletionTime({ timeToLiveAttribute }: Table, item: Item, now: Date): number | undefined {
  const value = timeToLiveAttribute === undefined ? undefined : item[timeToLiveAttribute]
  if (!isRecord(value) || typeof value.N !== 'string') return undefined
  const expires = Number(value.N) * 1000
  if (expires < now.getTime() - OLDEST_MILLISECONDS) return undefined
  return expires + DELETION_DELAY_MILLISECONDS
}
