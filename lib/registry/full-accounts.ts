/**
 * Accounts in which IAM makes no more roles. IAM keeps the count, of everybody's roles, and the API has no way into other accounts: so
 * what IAM said last is remembered for a while, and whoever asks for one more role meanwhile is told at once.
 */
import * as z from 'zod'
import { AccountRoleQuotaReached } from '../errors.ts'
import { getItem, type Key, putItem, type Table } from './table.ts'

/** Roles that wait there are tried again meanwhile, and renew it as long as it is so. */
const REMEMBERED_MINUTES = 15

export async function markFull(table: Table, accountId: string, now: Date): Promise<void> {
  const until = new Date(now.getTime() + REMEMBERED_MINUTES * 60_000)
  const expiresAt = Math.ceil(until.getTime() / 1000)
  await putItem(table, { ...keyOf(accountId), until: until.toISOString(), expiresAt })
}

/** For one more role. `pointer`: to what has named the account. Throws AccountRoleQuotaReached. */
export async function requireRoom(
  table: Table,
  { accountId, pointer, now }: { readonly accountId: string; readonly pointer: string; readonly now: Date },
): Promise<void> {
  const item = await getItem(table, keyOf(accountId))
  if (item === undefined) return
  const { until } = fullItem.parse(item)
  if (until > now.toISOString()) throw new AccountRoleQuotaReached(accountId, pointer)
}

const fullItem = z.object({ until: z.string() })

function keyOf(accountId: string): Key {
  return { pk: `ACCOUNT#${accountId}`, sk: 'FULL' }
}
