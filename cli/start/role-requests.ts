/** The roles that are asked for, as the API will ask for them. */
import type { Stack } from '../../lib/aws/stack.ts'
import { IrsaError } from '../../lib/errors.ts'
import { requestRole } from '../../lib/registry/request-role.ts'
import type { RoleKey } from '../../lib/registry/roles.ts'
import type { Table } from '../../lib/registry/table.ts'
import { readJsonFile } from '../json-file.ts'

export interface RequestedRoles {
  readonly accepted: readonly RoleKey[]
  readonly refused: readonly RefusedRole[]
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

/** Some at a time: there may be thousands. */
const AT_A_TIME = 16

export async function requestRoles(
  table: Table,
  stack: Stack,
  cluster: string,
  requests: readonly unknown[],
): Promise<RequestedRoles> {
  const accepted: RoleKey[] = []
  const refused: RefusedRole[] = []
  const left = requests.entries()
  async function work(): Promise<void> {
    for (const [index, request] of left) {
      try {
        const asked = { cluster, request, requestedBy: 'npm start', now: new Date() }
        const { namespace, serviceAccount } = await requestRole(table, stack, asked)
        accepted.push({ namespace, serviceAccount })
      } catch (error) {
        if (!(error instanceof IrsaError)) throw error
        refused.push({ index, error: error.name, message: error.message, remedy: error.remedy })
      }
    }
  }
  await Promise.all(Array.from({ length: AT_A_TIME }, work))
  return { accepted, refused }
}
