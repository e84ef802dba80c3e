/** Managed policies by ARN: the account's own and AWS's. */
import { partitionOf } from '../arn.ts'
import { AwsError } from '../errors.ts'
import type { PolicyDocument } from '../policy/document.ts'
import type { Ask, Call } from '../service.ts'
import { resourceTagContext } from '../tags.ts'
import type { Account, Accounts, Document, ManagedPolicy } from './account.ts'
import { awsManagedPolicy, isAwsManaged } from './aws-managed-policies.ts'
import { countedCharacters, parseIdentityPolicy } from './documents.ts'
import { invalidInput, limitExceeded, noSuchEntity, validationError } from './errors.ts'

function managedPolicy({ policies }: Account, arn: string): ManagedPolicy | undefined {
  return policies.get(arn) ?? awsManagedPolicy(arn)
}

/** Throws AwsError (NoSuchEntity, or ValidationError and InvalidInput for what is no policy's ARN). */
export function findPolicy(account: Account, arn: string | undefined): ManagedPolicy {
  const policy = managedPolicy(account, checkPolicyArn(arn))
  if (!policy) throw noSuchPolicy(`Policy ${arn}`, arn)
  return policy
}

/** Throws as `findPolicy`. */
export function findBoundary(account: Account, arn: string | undefined): ManagedPolicy {
  const policy = managedPolicy(account, checkPolicyArn(arn))
  if (!policy) throw noSuchPolicy(`Scope ARN: ${arn}`, arn)
  return policy
}

/** In AWS's words; of AWS's own policies it may be one that exists there. */
function noSuchPolicy(named: string, arn = ''): AwsError {
  const message = `${named} does not exist or is not attachable.`
  if (!isAwsManaged(arn)) return noSuchEntity(message)
  return noSuchEntity(
    `${message} Local mode has only some of AWS's own policies: see aws iam list-policies --scope AWS`,
  )
}

/** Throws AwsError (ValidationError, InvalidInput). */
export function checkPolicyArn(arn = ''): string {
  if (arn.length < 20 || arn.length > 2048)
    throw validationError(
      "1 validation error detected: Value at 'policyArn' failed to satisfy constraint: Member must have length between 20 and 2048",
    )
  if (!/^arn:[\w-]+:iam::(\d{12}|aws):policy\/.+$/.test(arn)) throw invalidInput(`ARN ${arn} is not valid.`)
  return arn
}

export function defaultDocument(account: Account, arn: string): PolicyDocument | undefined {
  const policy = managedPolicy(account, arn)
  return policy?.versions.get(policy.defaultVersion)?.document.parsed
}

/** Roles that have it attached. */
export function attachments({ roles }: Account, arn: string): number {
  return [...roles.values()].filter((role) => role.attached.has(arn)).length
}

/** Roles whose boundary it is. */
export function boundaryUses({ roles }: Account, arn: string): number {
  return [...roles.values()].filter((role) => role.boundary === arn).length
}

/** Throws as `findPolicy`, and AwsError (AccessDenied) for what is AWS's own. */
export function ownPolicy(account: Account, arn = ''): ManagedPolicy {
  const policy = account.policies.get(arn)
  if (policy) return policy
  findPolicy(account, arn)
  throw new AwsError('AccessDenied', `Policy ${arn} belongs to AWS and cannot be changed.`, 403)
}

/** About a policy that may not exist; `context` is what the request adds. */
export function policyAsk(
  accounts: Accounts,
  action: string,
  { PolicyArn: arn = '' }: { readonly PolicyArn: string | undefined },
  call: Call,
  context: NonNullable<Ask['context']> = {},
): Ask {
  const policy = accounts.of(call).policies.get(arn)
  return {
    action: `iam:${action}`,
    resource: arn,
    context: { ...resourceTagContext(policy?.tags), ...context },
  }
}

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
const MOST_CHARACTERS = 6144

/** Throws AwsError (MalformedPolicyDocument, LimitExceeded). */
export function policyDocument(text: string | undefined, { region }: Call): Document {
  const document = parseIdentityPolicy(text, partitionOf(region))
  if (countedCharacters(document) > MOST_CHARACTERS)
    throw limitExceeded(`Cannot exceed quota for PolicySize: ${MOST_CHARACTERS}`)
  return document
}
