/** Which statements let the calls of roles through: what a role may do and never does is found by it. */
import type { Ask, Call } from '../service.ts'
import type { IamView } from '../world.ts'
import { allowingStatements } from './authorize.ts'

export interface Grant {
  /** The role's. */
  readonly account: string
  readonly roleName: string
  /** '' for a statement without a name. */
  readonly sid: string
  readonly action: string
}

export interface Grants {
  /** For a call that was let through. */
  readonly note: (call: Call, asks: readonly Ask[], iam: IamView) => void
  /** Each once. */
  readonly list: () => readonly Grant[]
}

export function createGrants(): Grants {
  const grants = new Map<string, Grant>()
  return {
    note(call, asks, iam) {
      if (call.principal.kind !== 'role-session') return
      const { account } = call.principal
      const roleName = call.principal.roleArn.split('/').at(-1) ?? ''
      for (const ask of asks)
        for (const { Sid: sid = '' } of allowingStatements(call, ask, iam)) {
          const grant = { account, roleName, sid, action: ask.action }
          grants.set(JSON.stringify(grant), grant)
        }
    },
    list: () => [...grants.values()],
  }
}
