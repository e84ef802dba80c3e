/**
 * IAM's answer to a call: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 * An explicit deny anywhere wins. Within an account the identity's or the resource's policy must allow, within the boundary and
 * every session policy; across accounts both must.
 */
import { accessDenied } from '../errors.ts'
import type { Ask, Call, Principal } from '../service.ts'
import type { IamView, RoleView } from '../world.ts'
import type { Context } from './conditions.ts'
import type { PolicyDocument } from './document.ts'
import { effectOf, type Who } from './evaluate.ts'

/** Throws AwsError (AccessDenied) in AWS's words; local/refusals.ts spells it as the service does. */
export function authorize(call: Call, asks: readonly Ask[], iam: IamView, _service: string): void {
  for (const ask of asks) {
    const why = refusal(call, ask, iam)
    if (why !== undefined) throw accessDenied(call.principal.arn, ask.action, ask.resource, why)
  }
}

/** Undefined when it is allowed. */
function refusal(call: Call, ask: Ask, iam: IamView): string | undefined {
  const { principal } = call
  const role = principal.kind === 'role-session' ? iam.role(principal.roleArn) : undefined
  const request = {
    who: whoIs(principal),
    action: ask.action,
    resource: ask.resource,
    context: { ...globalContext(call, role), ...ask.context },
  }
  const effects = (policies: readonly PolicyDocument[]) => policies.map((policy) => effectOf(policy, request))
  const resource = ask.resourcePolicy && effectOf(ask.resourcePolicy, request)
  if (resource === 'Deny') return 'with an explicit deny in a resource-based policy'
  if (principal.kind === 'service' || principal.kind === 'anonymous')
    return resource === 'Allow' ? undefined : `no resource-based policy allows the ${ask.action} action`
  const isOwn = ask.owner === undefined || ask.owner === principal.account
  if (!isOwn && resource !== 'Allow') return `no resource-based policy allows the ${ask.action} action`
  if (principal.kind === 'administrator') return undefined
  if (role === undefined) return `no identity-based policy allows the ${ask.action} action`
  const identity = effects(role.identityPolicies)
  const boundary = effects(role.permissionsBoundary === undefined ? [] : [role.permissionsBoundary])
  const session = effects(principal.sessionPolicies)
  if (identity.includes('Deny')) return 'with an explicit deny in an identity-based policy'
  if (boundary.includes('Deny')) return 'with an explicit deny in a permissions boundary'
  if (session.includes('Deny')) return 'with an explicit deny in a session policy'
  // A resource policy that names the session itself needs nothing else in the same account.
  if (isOwn && resource === 'Allow' && namesSession(ask.resourcePolicy, principal.arn)) return undefined
  if (!identity.includes('Allow') && !(isOwn && resource === 'Allow'))
    return `no identity-based policy allows the ${ask.action} action`
  if (!boundary.every((effect) => effect === 'Allow'))
    return `no permissions boundary allows the ${ask.action} action`
  if (!session.every((effect) => effect === 'Allow'))
    return `no session policy allows the ${ask.action} action`
  return undefined
}

function whoIs(principal: Principal): Who {
  switch (principal.kind) {
    case 'service':
      return { kind: 'Service', name: principal.arn }
    case 'anonymous':
      return { kind: 'anonymous' }
    case 'role-session':
      return { kind: 'AWS', arn: principal.arn, account: principal.account, roleArn: principal.roleArn }
    default:
      return { kind: 'AWS', arn: principal.arn, account: principal.account }
  }
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html; the wire stands for TLS. */
function globalContext({ principal, region }: Call, role: RoleView | undefined): Context {
  const common = { 'aws:SecureTransport': 'true', 'aws:RequestedRegion': region }
  if (principal.kind === 'anonymous') return common
  if (principal.kind === 'service')
    return {
      ...common,
      'aws:SourceArn': principal.sourceArn,
      'aws:SourceAccount': principal.account,
      'aws:PrincipalIsAWSService': 'true',
    }
  const tags = Object.entries(role?.tags ?? {}).map(([key, value]) => [`aws:PrincipalTag/${key}`, value])
  return {
    ...common,
    'aws:PrincipalAccount': principal.account,
    'aws:PrincipalArn': principal.kind === 'role-session' ? principal.roleArn : principal.arn,
    'aws:PrincipalIsAWSService': 'false',
    ...Object.fromEntries(tags),
  }
}

function namesSession(policy: PolicyDocument | undefined, sessionArn: string): boolean {
  return [policy?.Statement ?? []]
    .flat()
    .some(
      ({ Principal }) => typeof Principal === 'object' && [Principal.AWS ?? []].flat().includes(sessionArn),
    )
}
