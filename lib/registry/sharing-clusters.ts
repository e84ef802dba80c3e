/**
 * Which clusters use the shared host, beside its own item: it stays for as long as there is one. Written before a cluster puts its first
 * document there, and taken away after its last has gone.
 */
import * as z from 'zod'
import { SHARED_HOST } from '../aws/names.ts'
import { SharedHostInUse } from '../errors.ts'
import { clusterHostedAs } from './hosted-as.ts'
import { deleteItem, putItem, queryItems, type Table } from './table.ts'

const PK = `CLUSTER#${SHARED_HOST}`
const PREFIX = 'USE#'

/** Of a cluster's run, by the name that it is hosted under; a later run's stays. */
interface Use {
  readonly cluster: string
  readonly run: number
}

export async function recordUse(table: Table, { cluster, run }: Use): Promise<void> {
  await putItem(
    table,
    { pk: PK, sk: `${PREFIX}${cluster}`, run },
    { expression: 'attribute_not_exists(pk) OR run < :run', values: { ':run': run } },
  )
}

export async function forgetUse(table: Table, { cluster, run }: Use): Promise<void> {
  await deleteItem(
    table,
    { pk: PK, sk: `${PREFIX}${cluster}` },
    { expression: 'run <= :run', values: { ':run': run } },
  )
}

/** Throws SharedHostInUse. */
export async function checkUnused(table: Table): Promise<void> {
  const users = await listUsers(table)
  if (users.length > 0) throw new SharedHostInUse(users)
}

async function listUsers(table: Table): Promise<readonly string[]> {
  const users: string[] = []
  for await (const item of queryItems(table, PK, PREFIX))
    users.push(await clusterHostedAs(table, useSchema.parse(item).sk.slice(PREFIX.length)))
  return users
}

const useSchema = z.object({ sk: z.string() })
