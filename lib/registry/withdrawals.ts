/**
 * What was said of a cluster that nobody has announced: that it is deleted. Events come in any order: it counts against a
 * `Cluster Created` of the same account that was sent before and comes later.
 */
import * as z from 'zod'
import { getItem, type Key, putItem, type Table } from './table.ts'

const withdrawalSchema = z.object({ id: z.string(), time: z.string(), force: z.boolean() })

/** By the event: its ID and time. */
export type Withdrawal = z.output<typeof withdrawalSchema>

interface Withdrawn {
  readonly cluster: string
  /** Of the account that said so; nobody's word counts against another's cluster. */
  readonly accountId: string
}

/** As long as an event can be late: EventBridge tries for a day, an archive replays with new times. */
const REMEMBERED_DAYS = 15

/** The latest word stays. */
export async function putWithdrawal(
  table: Table,
  withdrawn: Withdrawn,
  { id, time, force }: Withdrawal,
  now: Date,
): Promise<void> {
  const expiresAt = Math.floor(now.getTime() / 1000) + REMEMBERED_DAYS * 86_400
  await putItem(
    table,
    { ...keyOf(withdrawn), id, time, force, expiresAt },
    {
      expression: 'attribute_not_exists(pk) OR #time <= :time',
      names: { '#time': 'time' },
      values: { ':time': time },
    },
  )
}

export async function readWithdrawal(table: Table, withdrawn: Withdrawn): Promise<Withdrawal | undefined> {
  const item = await getItem(table, keyOf(withdrawn))
  return item === undefined ? undefined : withdrawalSchema.parse(item)
}

function keyOf({ cluster, accountId }: Withdrawn): Key {
  return { pk: `CLUSTER#${cluster}`, sk: `WITHDRAWN#${accountId}` }
}
