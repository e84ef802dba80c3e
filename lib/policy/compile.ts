/** From the policies of a request to what is attached to the role. */
import { PolicyRefused, PolicyTooLarge } from '../errors.ts'
import { catalogueEntryNamed } from './catalogue/catalogue.ts'
import type { PolicyContext } from './context.ts'
import type { PolicyDocument, Statement } from './document.ts'
import { mergeStatements } from './merge.ts'
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
  const statements =
    'statements' in policy
      ? policy.statements
      : catalogueEntryNamed(policy.catalogue).compile(
          policy.parameters,
          context,
          `role.policies[${index}].parameters`,
        )
  for (const { Resource, NotResource } of statements)
    for (const resource of [Resource ?? [], NotResource ?? []].flat()) checkPartition(resource, context)
  return statements
}

function managedPolicies(arns: readonly string[], context: PolicyContext): string[] {
  const unique = [...new Set(arns)].toSorted()
  if (unique.length > MAX_MANAGED_POLICIES)
    throw new PolicyRefused(
      `${unique.length} managed policies are asked for; IAM attaches at most ${MAX_MANAGED_POLICIES} to a role.`,
    )
  for (const arn of unique) checkManagedPolicy(arn, context)
  return unique
}

function checkManagedPolicy(arn: string, context: PolicyContext): void {
  checkPartition(arn, context)
  const [, , , , owner, resource = ''] = arn.split(':')
  const name = resource.split('/').at(-1) ?? ''
  if (owner === 'aws' && NEVER.includes(name))
    throw new PolicyRefused(`The managed policy ${name} is never attached: it gives away the account.`)
  if (owner === 'aws' && resource.startsWith('policy/aws-service-role/'))
    throw new PolicyRefused(`The managed policy ${name} is for a service-linked role only.`)
  if (owner !== 'aws' && owner !== context.accountId)
    throw new PolicyRefused(
      `The managed policy ${arn} is of another account; the role is in ${context.accountId}.`,
    )
  const { allowedManagedPolicies } = context
  if (!allowedManagedPolicies.some((allowed) => covers(allowed, arn)))
    throw new PolicyRefused(
      `The managed policy ${arn} is not one of those that may be attached here: ${allowedManagedPolicies.join(', ')}.`,
    )
}

function covers(allowed: string, arn: string): boolean {
  return allowed.endsWith('*') ? arn.startsWith(allowed.slice(0, -1)) : arn === allowed
}

/** An ARN of another partition matches nothing, and the requester would look for the reason for a long time. */
function checkPartition(resource: string, { partition }: PolicyContext): void {
  const [, given] = resource.split(':')
  if (given !== undefined && !given.includes('*') && !given.includes('?') && given !== partition)
    throw new PolicyRefused(`${resource} is in another partition; the role is in ${partition}.`)
}

function inlinePolicy(statements: readonly Statement[]): PolicyDocument | undefined {
  if (statements.length === 0) return undefined
  const policy: PolicyDocument = { Version: '2012-10-17', Statement: mergeStatements(statements) }
  const characters = JSON.stringify(policy).length
  if (characters > MAX_INLINE_CHARACTERS)
    throw new PolicyTooLarge('The inline policy', characters, MAX_INLINE_CHARACTERS)
  return policy
}
