/** What one policy document says to one request. How several of them are put together is authorize.ts's. */
import { type Context, conditionsHold } from './conditions.ts'
import type { PolicyDocument, PrincipalElement, Statement } from './document.ts'
import { matchesAny } from './wildcards.ts'

/** Whom a Principal element can name. */
export type Who =
  | { readonly kind: 'AWS'; readonly arn: string; readonly account: string; readonly roleArn?: string }
  | { readonly kind: 'Service'; readonly name: string }
  | { readonly kind: 'Federated'; readonly arn: string }
  | { readonly kind: 'anonymous' }

export interface PolicyRequest {
  /** Only asked where the statement has a Principal. */
  readonly who: Who
  readonly action: string
  /** Undefined in a trust policy. */
  readonly resource: string | undefined
  readonly context: Context
}

/** Deny wins; undefined when no statement speaks of the request. */
export function effectOf(policy: PolicyDocument, request: PolicyRequest): 'Allow' | 'Deny' | undefined {
  const effects = [policy.Statement]
    .flat()
    .filter((statement) => applies(statement, request))
    .map(({ Effect }) => Effect)
  return effects.includes('Deny') ? 'Deny' : effects[0]
}

function applies(statement: Statement, { who, action, resource, context }: PolicyRequest): boolean {
  const { Principal, NotPrincipal, Action, NotAction, Resource, NotResource, Condition } = statement
  return (
    (Principal === undefined || names(Principal, who)) &&
    (NotPrincipal === undefined || !names(NotPrincipal, who)) &&
    (Action === undefined || matchesAny(Action, action, true)) &&
    (NotAction === undefined || !matchesAny(NotAction, action, true)) &&
    (Resource === undefined || resource === undefined || matchesAny(Resource, resource)) &&
    (NotResource === undefined || resource === undefined || !matchesAny(NotResource, resource)) &&
    conditionsHold(Condition, context)
  )
}

/** `*` is everyone, `{"AWS": "*"}` everyone but services and web identities. */
function names(element: PrincipalElement, who: Who): boolean {
  if (typeof element === 'string') return true
  switch (who.kind) {
    case 'Service':
      return [element.Service ?? []].flat().includes(who.name)
    case 'Federated':
      return [element.Federated ?? []].flat().includes(who.arn)
    case 'anonymous':
      return [element.AWS ?? []].flat().includes('*')
    default:
      return [element.AWS ?? []].flat().some((name) => namesPrincipal(name, who))
  }
}

/** An account, as twelve digits or its root, is everyone in it whom their own policies let. */
function namesPrincipal(name: string, who: { arn: string; account: string; roleArn?: string }): boolean {
  const account = /^(?:arn:[^:]+:iam::(\d{12}):root|(\d{12}))$/.exec(name)
  if (account !== null) return (account[1] ?? account[2]) === who.account
  return name === '*' || name === who.arn || name === who.roleArn
}
