/**
 * IAM's answer to a call: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 * An explicit deny anywhere wins. Within an account the identity's or the resource's policy must allow, within the boundary and
 * every session policy; across accounts both must.
 */
import { accessDenied } from '../errors.ts'
import type { Ask, Call, Principal } from '../service.ts'
import type { IamView, RoleView } from '../world.ts'
import type { Context } from './conditions.ts'
import type { PolicyDocument, Statement } from './document.ts'
import { allowanceOf, applying, effectOf, type PolicyRequest, type Who } from './evaluate.ts'

/** Throws AwsError (AccessDenied) in AWS's words; local/refusals.ts spells it as the service does. */
export function authorize(call: Call, asks: readonly Ask[], iam: IamView, _service: string): void {
  for (const ask of asks) {
    const why = refusalOf(call, ask, iam)
    if (why !== undefined) throw accessDenied(call.principal.arn, ask.action, ask.resource, why)
  }
}

/** Why it is not allowed; undefined when it is. */
export function refusalOf(call: Call, ask: Ask, iam: IamView): string | undefined {
  const { principal } = call
  const role = roleOf(principal, iam)
  const request = requestOf(call, ask, iam)
  const effects = (policies: readonly PolicyDocument[]) => policies.map((policy) => effectOf(policy, request))
  const isDenied = (policies: readonly PolicyDocument[]) => effects(policies).includes('Deny')
  const isAllowedByAll = (policies: readonly PolicyDocument[]) =>
    effects(policies).every((effect) => effect === 'Allow')
  const resourcePolicies = ask.resourcePolicy === undefined ? [] : [ask.resourcePolicy]
  const [naming] = resourcePolicies.flatMap((policy) => allowanceOf(policy, request) ?? [])
  const notByResource = `no resource-based policy allows the ${ask.action} action`
  if (isDenied(resourcePolicies)) return 'with an explicit deny in a resource-based policy'
  if (principal.kind === 'service' || principal.kind === 'anonymous')
    return naming === undefined ? notByResource : undefined
  const isOwn = ask.owner === undefined || ask.owner === principal.account
  if (!isOwn && naming === undefined) return notByResource
  if (principal.kind === 'administrator') return undefined
  if (role === undefined) return `no identity-based policy allows the ${ask.action} action`
  const boundaries = role.permissionsBoundary === undefined ? [] : [role.permissionsBoundary]
  if (isDenied(role.identityPolicies)) return 'with an explicit deny in an identity-based policy'
  if (isDenied(boundaries)) return 'with an explicit deny in a permissions boundary'
  if (isDenied(principal.sessionPolicies)) return 'with an explicit deny in a session policy'
  // In the same account, who is named in person needs nothing else, and a role only what limits it; an account
  // that is named leaves it to the identity's policies.
  if (isOwn && naming === 'themselves') return undefined
  if (!(isOwn && naming === 'role') && !effects(role.identityPolicies).includes('Allow'))
    return `no identity-based policy allows the ${ask.action} action`
  if (!isAllowedByAll(boundaries)) return `no permissions boundary allows the ${ask.action} action`
  if (!isAllowedByAll(principal.sessionPolicies)) return `no session policy allows the ${ask.action} action`
  return undefined
}

/** Whether the resource's own policy allows it, whatever others say: only a role's trust policy must, in its own account too. */
export function isAllowedByResource(call: Call, ask: Ask, iam: IamView): boolean {
  const request = requestOf(call, ask, iam)
  return ask.resourcePolicy !== undefined && allowanceOf(ask.resourcePolicy, request) !== undefined
}

/** Of the caller's role: what would have let the call through, had nothing else to be asked. */
export function allowingStatements(call: Call, ask: Ask, iam: IamView): readonly Statement[] {
  const role = roleOf(call.principal, iam)
  const request = requestOf(call, ask, iam)
  return (role?.identityPolicies ?? [])
    .flatMap((policy) => applying(policy, request))
    .filter(({ Effect }) => Effect === 'Allow')
}

function roleOf(principal: Principal, iam: IamView): RoleView | undefined {
  return principal.kind === 'role-session' ? iam.role(principal.roleArn) : undefined
}

function requestOf(call: Call, ask: Ask, iam: IamView): PolicyRequest {
  return {
    who: whoIs(call.principal),
    action: ask.action,
    resource: ask.resource,
    context: { ...globalContext(call, ask, iam), ...ask.context },
  }
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
function globalContext({ principal, region }: Call, { owner }: Ask, iam: IamView): Context {
  const common = {
    'aws:SecureTransport': 'true',
    'aws:RequestedRegion': region,
    'aws:ViaAWSService': 'false',
    ...(owner !== undefined && { 'aws:ResourceAccount': owner }),
  }
  if (principal.kind === 'anonymous') return { ...common, 'aws:PrincipalType': 'Anonymous' }
  if (principal.kind === 'service')
    return {
      ...common,
      'aws:SourceArn': principal.sourceArn,
      'aws:SourceAccount': principal.account,
      'aws:PrincipalIsAWSService': 'true',
      'aws:PrincipalServiceName': principal.arn,
    }
  const role = roleOf(principal, iam)
  const organization = iam.organizationOf(principal.account)
  const tags = Object.entries(role?.tags ?? {}).map(([key, value]) => [`aws:PrincipalTag/${key}`, value])
  return {
    ...common,
    'aws:ResourceAccount': owner ?? principal.account,
    'aws:PrincipalAccount': principal.account,
    ...(organization !== undefined && { 'aws:PrincipalOrgID': organization }),
    'aws:PrincipalIsAWSService': 'false',
    ...(principal.kind === 'role-session'
      ? {
          'aws:PrincipalArn': principal.roleArn,
          'aws:PrincipalType': 'AssumedRole',
          ...(role && { 'aws:userid': `${role.roleId}:${sessionNameOf(principal.arn)}` }),
        }
      : { 'aws:PrincipalArn': principal.arn, 'aws:PrincipalType': 'User' }),
    ...Object.fromEntries(tags),
  }
}

function sessionNameOf(sessionArn: string): string {
  return sessionArn.slice(sessionArn.lastIndexOf('/') + 1)
}
