/** From the policies of a request to what is attached to the role. */
import { PolicyRefused, PolicyTooLarge } from '../errors.ts'
import { catalogueEntryNamed } from './catalogue/catalogue.ts'
import type { PolicyContext } from './context.ts'
import type { PolicyDocument, Statement } from './document.ts'
import { mergeStatements } from './merge.ts'
import { refusedField } from './refused-field.ts'
import type { RequestedPolicy } from './request.ts'

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html: all inline policies of a role together. */
const MAX_INLINE_CHARACTERS = 10_240
/** IAM's default quota "Managed policies per role"; it can be raised to 25. */
const MAX_MANAGED_POLICIES = 20

/** Of AWS's own; never, whatever a list or a rule says. */
const NEVER = ['AdministratorAccess', 'PowerUserAccess', 'IAMFullAccess']

export interface CompiledPolicies {
  /** ARNs, sorted, each once. */
  readonly managedPolicies: readonly string[]
  readonly inlinePolicy: PolicyDocument | undefined
}

/**
 * Everything that is no managed policy becomes one document. The same policies in any order give the same bytes.
 * Throws PolicyRefused, PolicyTooLarge, and InvalidInput for a catalogue entry's parameters.
 */
export function compilePolicies(
  policies: readonly RequestedPolicy[],
  context: PolicyContext,
): CompiledPolicies {
  const arns = policies.flatMap((policy) => ('arn' in policy ? [policy.arn] : []))
  const statements = policies.flatMap((policy, index) => statementsOf(policy, index, context))
  return { managedPolicies: managedPolicies(arns, context), inlinePolicy: inlinePolicy(statements) }
}

function statementsOf(policy: RequestedPolicy, index: number, context: PolicyContext): readonly Statement[] {
  if ('arn' in policy) return []
  const field = `role.policies[${index}]`
  if ('statements' in policy) {
    for (const [at, statement] of policy.statements.entries())
      for (const element of ['Resource', 'NotResource'] as const)
        checkPartition(statement[element], context, `${field}.statements[${at}].${element}`)
    return policy.statements
  }
  const entry = catalogueEntryNamed(policy.catalogue, `${field}.catalogue`)
  const statements = entry.compile(policy.parameters, context, `${field}.parameters`)
  for (const { Resource, NotResource } of statements)
    if ([Resource ?? [], NotResource ?? []].flat().some((resource) => isElsewhere(resource, context)))
      throw refusedField(`${field}.parameters`, `lead to ${elsewhere(context)}`)
  return statements
}

/** Throws PolicyRefused. `field` as `parse` names fields. */
function checkPartition(resources: Statement['Resource'], context: PolicyContext, field: string): void {
  const index = [resources ?? []].flat().findIndex((resource) => isElsewhere(resource, context))
  if (index === -1) return
  const place = typeof resources === 'string' ? field : `${field}[${index}]`
  throw refusedField(place, `is of ${elsewhere(context)}`)
}

function managedPolicies(arns: readonly string[], context: PolicyContext): string[] {
  const unique = [...new Set(arns)].toSorted()
  if (unique.length > MAX_MANAGED_POLICIES)
    throw refusedField(
      'role.policies',
      `${unique.length} managed policies are asked for; IAM attaches at most ${MAX_MANAGED_POLICIES} to a role`,
    )
  const faults = unique.flatMap((arn) => managedPolicyFault(arn, context) ?? [])
  if (faults.length > 0) throw new PolicyRefused(faults.join(' '))
  return unique
}

/** What is wrong with attaching it, as a sentence; undefined when nothing is. */
export function managedPolicyFault(arn: string, context: PolicyContext): string | undefined {
  const [, , , , owner, resource = ''] = arn.split(':')
  const name = resource.split('/').at(-1) ?? ''
  const { accountId, allowedManagedPolicies } = context
  if (isElsewhere(arn, context)) return `The managed policy ${arn} is of ${elsewhere(context)}.`
  if (owner === 'aws' && NEVER.includes(name))
    return `The managed policy ${name} is never attached: it gives away the account.`
  if (owner === 'aws' && resource.startsWith('policy/aws-service-role/'))
    return `The managed policy ${name} is for a service-linked role only.`
  if (owner !== 'aws' && owner !== accountId)
    return `The managed policy ${arn} is of another account; the role is in ${accountId}.`
  if (!allowedManagedPolicies.some((allowed) => covers(allowed, arn)))
    return `The managed policy ${arn} is not one of those that may be attached here: ${allowedManagedPolicies.join(', ')}.`
  return undefined
}

function covers(allowed: string, arn: string): boolean {
  return allowed.endsWith('*') ? arn.startsWith(allowed.slice(0, -1)) : arn === allowed
}

/** An ARN of another partition matches nothing, and the requester would look for the reason for a long time. */
function isElsewhere(resource: string, { partition }: PolicyContext): boolean {
  const [, given] = resource.split(':')
  return given !== undefined && !/[*?]/.test(given) && given !== partition
}

const elsewhere = ({ partition }: PolicyContext) => `another partition; the role is in ${partition}`

function inlinePolicy(statements: readonly Statement[]): PolicyDocument | undefined {
  if (statements.length === 0) return undefined
  const policy: PolicyDocument = { Version: '2012-10-17', Statement: mergeStatements(statements) }
  const characters = JSON.stringify(policy).length
  if (characters > MAX_INLINE_CHARACTERS)
    throw new PolicyTooLarge('The inline policy', characters, MAX_INLINE_CHARACTERS)
  return policy
}
