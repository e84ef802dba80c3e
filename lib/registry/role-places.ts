/**
 * How many roles a tenant may have: one item for each tenant, with a place for each of its roles. Taken before the request is
 * written and given back before it is deleted, by a conditional update each: of any number at once no more come in than there are places.
 */
import * as z from 'zod'
import { ConcurrentChange, RoleQuotaReached } from '../errors.ts'
import { roleHolder } from './claims.ts'
import { type ClusterRole, readRoleRequest } from './roles.ts'
import { getItem, type Key, type Table, updateItem } from './table.ts'

export interface Place {
  readonly tenant: string
  readonly role: ClusterRole
  /** Of the request; what gives back the place of an earlier one leaves it alone. */
  readonly version: number
  readonly now: Date
}

/** Nothing when the role has one already. Without a quota, as for what was there before it, always. Throws RoleQuotaReached. */
export async function takePlace(
  table: Table,
  { tenant, role, version, now }: Place,
  quota: number | undefined,
): Promise<void> {
  const key = keyOf(tenant)
  const names = { '#holder': holderOf(role) }
  const place = { version, at: now.toISOString() }
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const isTaken = await updateItem(table, key, {
      update: 'SET #holder = :place, #taken = if_not_exists(#taken, :none) + :one',
      expression: ['attribute_not_exists(#holder)', ...(quota === undefined ? [] : [WITHIN])].join(' AND '),
      names: { ...names, '#taken': 'taken' },
      values: { ':place': place, ':none': 0, ':one': 1, ...(quota !== undefined && { ':quota': quota }) },
    })
    if (isTaken) return
    const isRenewed = await updateItem(table, key, {
      update: 'SET #holder = :place',
      expression: '#holder.#version <= :version',
      names: { ...names, '#version': 'version' },
      values: { ':place': place, ':version': version },
    })
    if (isRenewed) return
    const { places, taken } = await readPlaces(table, tenant)
    if (places.has(holderOf(role))) return
    if (quota !== undefined && taken >= quota) throw new RoleQuotaReached(`Tenant ${tenant}`, quota)
  }
  throw new ConcurrentChange(`The place of ${holderOf(role)} came and went ${MAX_ATTEMPTS} times in a row.`)
}

/** A quota of none is no place for the first one either. */
const WITHIN = '((attribute_not_exists(#taken) AND :quota > :none) OR #taken < :quota)'
const MAX_ATTEMPTS = 8

/**
 * Whether there would be one now, before anything is written; what is lost is given back first. Throws RoleQuotaReached.
 */
export async function requirePlace(
  table: Table,
  { tenant, role, now }: Omit<Place, 'version'>,
  quota: number,
): Promise<void> {
  const { places, taken } = await readPlaces(table, tenant)
  if (places.has(holderOf(role)) || taken < quota) return
  const given = await giveBackLost(table, tenant, places, now)
  if (taken - given >= quota) throw new RoleQuotaReached(`Tenant ${tenant}`, quota)
}

/** May be repeated. That of a later request stays. */
export function giveBackPlace(table: Table, { tenant, role, version }: Omit<Place, 'now'>): Promise<boolean> {
  return updateItem(table, keyOf(tenant), {
    update: 'SET #taken = #taken - :one REMOVE #holder',
    expression: '#holder.#version <= :version',
    names: { '#holder': holderOf(role), '#taken': 'taken', '#version': 'version' },
    values: { ':version': version, ':one': 1 },
  })
}

/** Places whose request was never written: whoever took them was cut off, or another tenant was faster. How many. */
async function giveBackLost(table: Table, tenant: string, places: Places, now: Date): Promise<number> {
  const old = [...places].filter(([, { at }]) => now.getTime() - Date.parse(at) > IN_FLIGHT_MS)
  const start = Math.floor(Math.random() * old.length)
  const looked = [...old.slice(start), ...old.slice(0, start)].slice(0, MAX_LOOKED_AT)
  const given = await Promise.all(
    looked.map(async ([holder, { version }]) => {
      const [cluster = '', namespace = '', serviceAccount = ''] = holder.split('/')
      const role = { cluster, namespace, serviceAccount }
      const request = await readRoleRequest(table, cluster, role)
      return request?.tenant !== tenant && (await giveBackPlace(table, { tenant, role, version }))
    }),
  )
  return given.filter(Boolean).length
}

/** The API's function has ended by then, whatever became of it. */
const IN_FLIGHT_MS = 15 * 60_000
/** A tenant that is full and asks on must not cost a read for each of its roles each time. */
const MAX_LOOKED_AT = 25

type Places = ReadonlyMap<string, z.output<typeof placeSchema>>

const placeSchema = z.object({ version: z.int(), at: z.string() })

async function readPlaces(
  table: Table,
  tenant: string,
): Promise<{ readonly places: Places; readonly taken: number }> {
  const { pk: _, sk: __, taken = 0, ...places } = (await getItem(table, keyOf(tenant))) ?? {}
  return {
    places: new Map(Object.entries(z.record(z.string(), placeSchema).parse(places))),
    taken: z.int().parse(taken),
  }
}

/** With slashes: no other attribute's name. */
function holderOf(role: ClusterRole): string {
  return roleHolder(role.cluster, role)
}

function keyOf(tenant: string): Key {
  return { pk: `TENANT#${tenant}`, sk: 'ROLES' }
}
