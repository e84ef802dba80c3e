/** The roles that are asked for, as the API will ask for them. */
import type { Stack } from '../../lib/aws/stack.ts'
import { IrsaError } from '../../lib/errors.ts'
import { isRecord } from '../../lib/is-record.ts'
import { requestRole } from '../../lib/registry/request-role.ts'
import type { RoleKey } from '../../lib/registry/roles.ts'
import type { Table } from '../../lib/registry/table.ts'
import { UnusableInput } from '../failure.ts'
import { readJsonFile } from '../json-file.ts'

export interface RequestedRoles {
  readonly accepted: readonly AcceptedRole[]
  readonly refused: readonly RefusedRole[]
}

export interface AcceptedRole extends RoleKey {
  /** Undefined: the cluster's first. */
  readonly audience: string | undefined
  /** False: the registry had the same request already. */
  readonly isChanged: boolean
}

export interface RefusedRole {
  /** Place in the file, from 0. */
  readonly index: number
  /** `<namespace>/<serviceAccount>`, when it says so. */
  readonly role: string | undefined
  readonly error: string
  readonly message: string
  readonly remedy: string
}

/** Throws UnusableInput when the file is not a list. */
export function readRoleRequests(file: string): readonly unknown[] {
  const requests = readJsonFile(file)
  if (!Array.isArray(requests)) throw new UnusableInput(`${file} is not a list of role requests.`)
  return requests
}

export interface Asking {
  readonly table: Table
  readonly stack: Stack
  /** The principal that asks: `iam:` and its ARN. */
  readonly requestedBy: string
}

/** Some at a time: there may be thousands. */
const AT_A_TIME = 16

/** Both in the order of the file. Of requests for the same role only the first is written: the others would overtake it at random. */
export async function requestRoles(
  asking: Asking,
  cluster: string,
  requests: readonly unknown[],
): Promise<RequestedRoles> {
  const outcomes: (AcceptedRole | RefusedRole)[] = []
  const firsts = firstsOf(requests)
  const left = requests.entries()
  async function work(): Promise<void> {
    for (const [index, request] of left)
      outcomes[index] =
        refusedAsListed(firsts, request, index) ?? (await requestOne(asking, cluster, request, index))
  }
  await Promise.all(Array.from({ length: AT_A_TIME }, work))
  return {
    accepted: outcomes.filter((outcome) => 'namespace' in outcome),
    refused: outcomes.filter((outcome) => 'error' in outcome),
  }
}

async function requestOne(
  { table, stack, requestedBy }: Asking,
  cluster: string,
  request: unknown,
  index: number,
): Promise<AcceptedRole | RefusedRole> {
  try {
    const now = new Date()
    const record = await requestRole(table, stack, { cluster, request, requestedBy, now })
    const { namespace, serviceAccount, content, requestedAt } = record
    const isChanged = requestedAt === now.toISOString()
    return { namespace, serviceAccount, audience: content.audience, isChanged }
  } catch (error) {
    if (!(error instanceof IrsaError) || error.mendedBy !== 'requester') throw error
    const { name, message, remedy } = error
    return { index, role: roleNamedIn(request), error: name, message, remedy }
  }
}

/** Where each role is listed first. */
function firstsOf(requests: readonly unknown[]): ReadonlyMap<string, number> {
  const firsts = new Map<string, number>()
  for (const [index, request] of requests.entries()) {
    const role = roleNamedIn(request)
    if (role !== undefined && !firsts.has(role)) firsts.set(role, index)
  }
  return firsts
}

function refusedAsListed(
  firsts: ReadonlyMap<string, number>,
  request: unknown,
  index: number,
): RefusedRole | undefined {
  const role = roleNamedIn(request)
  const first = firsts.get(role ?? '') ?? index
  if (first === index) return undefined
  return {
    index,
    role,
    error: 'ListedTwice',
    message: `${role} is listed twice: request ${first} is for the same role.`,
    remedy: 'Keep one of the two requests.',
  }
}

/** Sound or not, as long as it can be shown on one line. */
function roleNamedIn(request: unknown): string | undefined {
  if (!isRecord(request)) return undefined
  const names = [request.namespace, request.serviceAccount]
  const areNames = names.every((name) => typeof name === 'string' && /^[\w.-]{1,253}$/.test(name))
  return areNames ? names.join('/') : undefined
}

/** `request 3 (default/reader)` */
export function placeOf({ index, role }: RefusedRole): string {
  return role === undefined ? `request ${index}` : `request ${index} (${role})`
}
