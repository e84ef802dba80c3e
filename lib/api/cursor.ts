/** Where a list goes on: opaque to callers, and nothing to them but a place; what they may see is decided anew on each page. */
import { InvalidInput } from '../errors.ts'
import { namespaceFault, serviceAccountFault } from '../oidc/subject.ts'
import type { RoleKey } from '../registry/roles.ts'
import type { Key } from '../registry/table.ts'

export function roleCursor({ namespace, serviceAccount }: RoleKey): string {
  return encode(`${namespace}/${serviceAccount}`)
}

/** Throws InvalidInput for one that we did not give. */
export function readRoleCursor(cursor: string): RoleKey {
  const [namespace = '', serviceAccount = '', ...rest] = decode(cursor).split('/')
  const faults = [namespaceFault(namespace), serviceAccountFault(serviceAccount), rest[0]]
  if (faults.some((fault) => fault !== undefined)) throw notOurs()
  return { namespace, serviceAccount }
}

export function clusterCursor(cluster: string): string {
  return encode(cluster)
}

/** Throws InvalidInput for one that we did not give. */
export function readClusterCursor(cursor: string): string {
  const cluster = decode(cursor)
  if (namespaceFault(cluster) !== undefined) throw notOurs()
  return cluster
}

export function auditCursor({ pk, sk }: Key): string {
  return encode(`${pk} ${sk}`)
}

/** Throws InvalidInput for one that we did not give. */
export function readAuditCursor(cursor: string): Key {
  const [, pk, sk] = /^(\S{1,400}) (\S{1,100})$/.exec(decode(cursor)) ?? []
  if (pk === undefined || sk === undefined) throw notOurs()
  return { pk, sk }
}

/** Of something that happened then. */
export function momentCursor({ at, id }: Moment): string {
  return encode(`${at} ${id}`)
}

export interface Moment {
  /** ISO 8601. */
  readonly at: string
  /** Between those of one moment. */
  readonly id: string
}

/** Throws InvalidInput for one that we did not give. */
export function readMomentCursor(cursor: string): Moment {
  const [, at, id] = /^(\d\S{1,40}) (\S{1,300})$/.exec(decode(cursor)) ?? []
  if (at === undefined || id === undefined) throw notOurs()
  return { at, id }
}

function encode(text: string): string {
  return Buffer.from(text).toString('base64url')
}

function decode(cursor: string): string {
  const text = Buffer.from(cursor, 'base64url').toString()
  if (encode(text) !== cursor) throw notOurs()
  return text
}

function notOurs(): InvalidInput {
  const detail = 'must be the cursor of the page before'
  return new InvalidInput(`query.cursor: ${detail}`, { faults: [{ pointer: '/cursor', detail }] })
}
