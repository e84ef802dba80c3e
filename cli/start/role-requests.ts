/** The roles that are asked for, as the API will ask for them. */
import type { Stack } from '../../lib/aws/stack.ts'
import { IrsaError } from '../../lib/errors.ts'
import { requestRole } from '../../lib/registry/request-role.ts'
import type { RoleKey } from '../../lib/registry/roles.ts'
import type { Table } from '../../lib/registry/table.ts'
import { readJsonFile } from '../json-file.ts'

export interface RequestedRoles {
  readonly accepted: readonly AcceptedRole[]
  readonly refused: readonly RefusedRole[]
}

export interface AcceptedRole extends RoleKey {
  /** Undefined: the cluster's first. */
  readonly audience: string | undefined
}

export interface RefusedRole {
  /** Place in the file, from 0. */
  readonly index: number
  readonly error: string
  readonly message: string
  readonly remedy: string
}

/** Throws TypeError when the file is not a list. */
export function readRoleRequests(file: string): readonly unknown[] {
  const requests = readJsonFile(file)
  if (!Array.isArray(requests)) throw new TypeError(`${file} is not a list of role requests.`)
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

/** Both in the order of the file. */
export async function requestRoles(
  asking: Asking,
  cluster: string,
  requests: readonly unknown[],
): Promise<RequestedRoles> {
  const outcomes: (AcceptedRole | RefusedRole)[] = []
  const left = requests.entries()
  async function work(): Promise<void> {
    for (const [index, request] of left) outcomes[index] = await requestOne(asking, cluster, request, index)
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
    const { namespace, serviceAccount, content } = await requestRole(table, stack, {
      cluster,
      request,
      requestedBy,
      now: new Date(),
    })
    return { namespace, serviceAccount, audience: content.audience }
  } catch (error) {
    if (!(error instanceof IrsaError) || error.mendedBy !== 'requester') throw error
    return { index, error: error.name, message: error.message, remedy: error.remedy }
  }
}
