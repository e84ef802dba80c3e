/** Names are claimed before they are used: a claim is an item that only its holder can put again. */
import { ConcurrentChange, IssuerTaken, RoleNameTaken } from '../errors.ts'
import { isIssuer, issuerHostPath } from '../oidc/issuer.ts'
import { deleteItem, getItem, type Key, putItem, type Table } from './table.ts'

interface IssuerClaim {
  readonly issuer: string
  readonly cluster: string
  readonly accountId: string
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

/** IAM's role names are unique in an account whatever their path, and without regard to case. Throws RoleNameTaken. */
export async function claimRoleName(
  table: Table,
  { accountId, roleName }: { readonly accountId: string; readonly roleName: string },
  holder: string,
): Promise<void> {
  const key = { pk: `ROLENAME#${accountId}#${roleName.toLowerCase()}`, sk: 'CLAIM' }
  const other = await claim(table, key, holder)
  if (other !== undefined) throw new RoleNameTaken(roleName, other)
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
