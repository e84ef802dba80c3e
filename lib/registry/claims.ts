/** Names are claimed before they are used: a claim is an item that only its holder can put again. */
import * as z from 'zod'
import type { DesiredCluster, Hosting } from '../cluster.ts'
import { ConcurrentChange, IssuerTaken, RoleNameTaken } from '../errors.ts'
import { isIssuer, issuerHostPath } from '../oidc/issuer.ts'
import { deleteItem, getItem, type Key, putItem, type Table } from './table.ts'

interface IssuerClaim {
  readonly issuer: string
  readonly cluster: string
  readonly accountId: string
}

/**
 * By whom: an issuer that has a name in it by whoever is hosted under that name, which goes from record to record with it; any other by the
 * record's own.
 */
export function issuerClaim(
  {
    issuer,
    accountId,
    cluster,
    hosting,
  }: Pick<DesiredCluster, 'issuer' | 'accountId' | 'cluster' | 'hosting'>,
  hostedAs: string,
): IssuerClaim {
  return { issuer, accountId, cluster: isNamedAfterHost(hosting.type) ? hostedAs : cluster }
}

/** Whether the issuer has the name in it that it is hosted under. */
export function isNamedAfterHost(type: Hosting['type']): type is 'shared' | 's3' {
  return type === 'shared' || type === 's3'
}

/** Throws IssuerTaken when another cluster, or the same name of another account, has it. */
export async function claimIssuer(table: Table, claimed: IssuerClaim): Promise<void> {
  const holder = await claim(table, issuerKey(claimed), holderOf(claimed))
  if (holder !== undefined) throw new IssuerTaken(claimed.issuer, holder)
}

/** Whether it is the issuer of a cluster of this deployment; false also for what can be no issuer. */
export async function isIssuerClaimed(table: Table, issuer: string): Promise<boolean> {
  if (!isIssuer(issuer)) return false
  return (await getItem(table, { pk: `ISSUER#${issuerHostPath(issuer)}`, sk: 'CLAIM' })) !== undefined
}

/** To another cluster, with the issuer. May be repeated; what neither has stays whose it is. */
export async function passIssuer(table: Table, claimed: IssuerClaim, to: IssuerClaim): Promise<void> {
  if (claimed.cluster === to.cluster) return
  const condition = { expression: 'holder = :holder', values: { ':holder': holderOf(claimed) } }
  await putItem(table, { ...issuerKey(to), holder: holderOf(to) }, condition)
}

/** Only the holder's own claim goes. */
export async function releaseIssuer(table: Table, claimed: IssuerClaim): Promise<void> {
  const condition = { expression: 'holder = :holder', values: { ':holder': holderOf(claimed) } }
  await deleteItem(table, issuerKey(claimed), condition)
}

function issuerKey({ issuer }: IssuerClaim): Key {
  return { pk: `ISSUER#${issuerHostPath(issuer)}`, sk: 'CLAIM' }
}

function holderOf({ accountId, cluster }: IssuerClaim): string {
  return `${accountId}/${cluster}`
}

/** IAM's role names are unique in an account whatever their path, and without regard to case. */
export interface RoleName {
  readonly accountId: string
  readonly roleName: string
}

/**
 * For a request of this version or, when the name has had later ones, of the next: that version is returned. A claim that was
 * released remembers its version for 100 days, so that no request is mistaken for one of before a removal. Throws
 * RoleNameTaken, and ConcurrentChange when others are always faster.
 */
export async function claimRoleName(
  table: Table,
  name: RoleName,
  holder: string,
  version: number,
): Promise<number> {
  const key = roleNameKey(name)
  let next = version
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const isClaimed = await putItem(
      table,
      { ...key, holder, version: next },
      {
        expression:
          'attribute_not_exists(pk) OR (version <= :version AND holder = :holder) OR (version < :version AND attribute_not_exists(holder))',
        values: { ':version': next, ':holder': holder },
      },
    )
    if (isClaimed) return next
    const item = await getItem(table, key)
    if (item === undefined) continue
    const known = roleNameClaim.parse(item)
    if (known.holder !== undefined && known.holder !== holder)
      throw new RoleNameTaken(name.roleName, known.holder)
    next = known.version + 1
  }
  throw new ConcurrentChange(`The claim ${key.pk} was changed by others ${MAX_ATTEMPTS} times in a row.`)
}

const MAX_ATTEMPTS = 8

const roleNameClaim = z.object({ holder: z.string().optional(), version: z.int() })

/** Once the role of the request of this version has gone. What a later request has claimed again stays. */
export async function releaseRoleName(
  table: Table,
  name: RoleName,
  holder: string,
  { version, now }: { readonly version: number; readonly now: Date },
): Promise<void> {
  const expiresAt = Math.floor(now.getTime() / 1000) + REMEMBERED_DAYS * 86_400
  await putItem(
    table,
    { ...roleNameKey(name), version, expiresAt },
    {
      expression: 'holder = :holder AND version <= :version',
      values: { ':holder': holder, ':version': version },
    },
  )
}

/** Step Functions remembers the names of executions, which have the version in them, for 90 days. */
const REMEMBERED_DAYS = 100

/** Who holds the name of a role. */
export function roleHolder(
  cluster: string,
  role: { readonly namespace: string; readonly serviceAccount: string },
): string {
  return `${cluster}/${role.namespace}/${role.serviceAccount}`
}

/** Who holds it now. */
export async function findRoleHolder(
  table: Table,
  name: RoleName,
): Promise<
  { readonly cluster: string; readonly namespace: string; readonly serviceAccount: string } | undefined
> {
  const item = await getItem(table, roleNameKey(name))
  const { holder } = item === undefined ? {} : roleNameClaim.parse(item)
  const [cluster, namespace, serviceAccount] = holder?.split('/') ?? []
  if (cluster === undefined || namespace === undefined || serviceAccount === undefined) return undefined
  return { cluster, namespace, serviceAccount }
}

function roleNameKey({ accountId, roleName }: RoleName): Key {
  return { pk: `ROLENAME#${accountId}#${roleName.toLowerCase()}`, sk: 'CLAIM' }
}

/** The holder if it is another one. */
async function claim(table: Table, key: Key, holder: string): Promise<string | undefined> {
  const isOurs = await putItem(
    table,
    { ...key, holder },
    { expression: 'attribute_not_exists(pk) OR holder = :holder', values: { ':holder': holder } },
  )
  if (isOurs) return undefined
  const item = await getItem(table, key)
  if (item === undefined) throw new ConcurrentChange(`The claim ${key.pk} came and went.`)
  return String(item.holder)
}
