/** What the roles of the stack's functions and workflows are given, and what of it the embedded AWS saw used. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Grant } from '../../local/policy/grants.ts'
import { type Packaged, statementsOf } from '../template/packaged.ts'

/** One action of one statement of one role. */
export interface Permission {
  /** As the template calls the role. */
  readonly role: string
  readonly sid: string
  readonly action: string
}

export function givenPermissions(packaged: Packaged): Permission[] {
  return packaged.ofType('AWS::IAM::Role').flatMap(([role, resource]) =>
    statementsOf(resource)
      .filter(({ Effect }) => Effect === 'Allow')
      .flatMap(({ Sid: sid = '', Action }) => [Action].flat().map((action) => ({ role, sid, action }))),
  )
}

/** From what the tests have left in the directory. */
export function usedPermissions(directory: string): Permission[] {
  const grants = readdirSync(directory).flatMap(
    (file) => JSON.parse(readFileSync(join(directory, file), 'utf8')) as Grant[],
  )
  return grants.flatMap(({ roleName, sid, action }) => {
    const role = logicalIdOf(roleName)
    return role === undefined ? [] : { role, sid, action }
  })
}

/** CloudFormation names roles <stack>-<logical ID>-<random>. */
function logicalIdOf(roleName: string): string | undefined {
  return /^irsa-local-(\w+)-[A-Z0-9]+$/.exec(roleName)?.[1]
}

export function nameOf({ role, sid, action }: Permission): string {
  return `${role} ${sid} ${action}`
}
