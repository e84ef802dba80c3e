/** Who asks, and what the stack's parameters give them whatever the tenants' rules say. */

export interface Caller {
  /** `iam:<ARN of a role without session and path>`, `iam:<ARN of a user>` or `jwt:<issuer>|<sub>`. */
  readonly principal: string
  /** `group:<issuer>|<group>`; a token may name some. */
  readonly groups: readonly string[]
}

/** Principals and groups. */
export interface Authority {
  /** May do everything. */
  readonly administrators: readonly string[]
  /** May read everything, and do what operators do. */
  readonly operators: readonly string[]
  /** May read everything, and decide on what needs an approval. */
  readonly approvers: readonly string[]
}

export function isAdministrator({ administrators }: Authority, caller: Caller): boolean {
  return isNamed(administrators, caller)
}

export function readsEverything(authority: Authority, caller: Caller): boolean {
  return isApprover(authority, caller) || isOperator(authority, caller)
}

export function isOperator(authority: Authority, caller: Caller): boolean {
  return isAdministrator(authority, caller) || isNamed(authority.operators, caller)
}

export function isApprover(authority: Authority, caller: Caller): boolean {
  return isAdministrator(authority, caller) || isNamed(authority.approvers, caller)
}

export function isNamed(principals: readonly string[], { principal, groups }: Caller): boolean {
  return principals.some((named) => named === principal || groups.includes(named))
}
