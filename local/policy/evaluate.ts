/** What one policy document says to one request. How several of them are put together is authorize.ts's. */
import { type Context, conditionsHold, valuesOf } from './conditions.ts'
import type { PolicyDocument, PrincipalElement, Statement } from './document.ts'
import { asWritten, type Values, withVariables } from './variables.ts'
import { matches } from './wildcards.ts'

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
  const effects = applying(policy, request).map(({ Effect }) => Effect)
  return effects.includes('Deny') ? 'Deny' : effects[0]
}

/** How a Principal element names somebody: themselves or everybody, the role of a session, or their whole account. */
export type Naming = 'themselves' | 'role' | 'account'

/** How the statements that allow the request name who makes it, the most direct of them; undefined when none allows it. */
export function allowanceOf(policy: PolicyDocument, request: PolicyRequest): Naming | undefined {
  const namings = applying(policy, request)
    .filter(({ Effect }) => Effect === 'Allow')
    // NotPrincipal lets everybody else in, whoever they are.
    .map(({ Principal }) => (Principal === undefined ? 'themselves' : naming(Principal, request.who)))
  return (['themselves', 'role', 'account'] as const).find((one) => namings.includes(one))
}

/** Those that speak of the request. */
export function applying(policy: PolicyDocument, request: PolicyRequest): readonly Statement[] {
  const values = valuesOf(request.context)
  const hasVariables = policy.Version === '2012-10-17'
  return [policy.Statement].flat().filter((statement) => applies(statement, request, values, hasVariables))
}

function applies(
  statement: Statement,
  { who, action, resource }: PolicyRequest,
  values: Values,
  hasVariables: boolean,
): boolean {
  const { Principal, NotPrincipal, Action, NotAction, Resource, NotResource, Condition } = statement
  const isAction = (patterns: string | readonly string[]) =>
    [patterns].flat().some((pattern) => matches([asWritten(pattern)], action, true))
  const isResource = (patterns: string | readonly string[], resource: string) =>
    [patterns].flat().some((pattern) => {
      // A variable without a value matches no resource.
      const pieces = hasVariables ? withVariables(pattern, values) : [asWritten(pattern)]
      return pieces !== undefined && matches(pieces, resource)
    })
  return (
    (Principal === undefined || naming(Principal, who) !== undefined) &&
    (NotPrincipal === undefined || naming(NotPrincipal, who) === undefined) &&
    (Action === undefined || isAction(Action)) &&
    (NotAction === undefined || !isAction(NotAction)) &&
    (Resource === undefined || resource === undefined || isResource(Resource, resource)) &&
    (NotResource === undefined || resource === undefined || !isResource(NotResource, resource)) &&
    conditionsHold(Condition, values, hasVariables)
  )
}

/** `*` is everyone, `{"AWS": "*"}` everyone but services and web identities. */
function naming(element: PrincipalElement, who: Who): Naming | undefined {
  if (typeof element === 'string') return 'themselves'
  switch (who.kind) {
    case 'Service':
      return [element.Service ?? []].flat().includes(who.name) ? 'themselves' : undefined
    case 'Federated':
      return [element.Federated ?? []].flat().includes(who.arn) ? 'themselves' : undefined
    case 'anonymous':
      return [element.AWS ?? []].flat().includes('*') ? 'themselves' : undefined
    default:
      return namingOfPrincipal([element.AWS ?? []].flat(), who)
  }
}

/** An account, as twelve digits or its root, is everyone in it whom their own policies let. */
function namingOfPrincipal(
  names: readonly string[],
  { arn, account, roleArn }: { readonly arn: string; readonly account: string; readonly roleArn?: string },
): Naming | undefined {
  if (names.includes('*') || names.includes(arn)) return 'themselves'
  if (roleArn !== undefined && names.includes(roleArn)) return 'role'
  const accounts = names.map((name) => /^(?:arn:[^:]+:iam::(\d{12}):root|(\d{12}))$/.exec(name))
  return accounts.some((found) => (found?.[1] ?? found?.[2]) === account) ? 'account' : undefined
}
