/** Names, paths and pages as IAM takes them: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-names */
import { pageAfter } from '../paging.ts'
import { invalidInput, validationError } from './errors.ts'

/** Throws AwsError (ValidationError). */
export function checkName(
  member: 'roleName' | 'policyName',
  name: string | undefined,
  longest: number,
): string {
  if (!name || name.length > longest)
    throw validationError(
      `1 validation error detected: Value at '${member}' failed to satisfy constraint: Member must have length less than or equal to ${longest} and greater than or equal to 1`,
    )
  if (!/^[\w+=,.@-]+$/.test(name))
    throw validationError(
      `The specified value for ${member} is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-`,
    )
  return name
}

/** Of a role: `/` if absent. Throws AwsError (ValidationError). */
export function checkRolePath(path = '/'): string {
  return checked('path', path, ROLE_PATH)
}

/** Of a policy: `/` if absent. Throws AwsError (ValidationError). */
export function checkPolicyPath(path = '/'): string {
  return checked('path', path, POLICY_PATH)
}

/** Need not end in a slash. Throws AwsError (ValidationError). */
export function checkRolePathPrefix(prefix = '/'): string {
  return checked('pathPrefix', prefix, /^\/[\u0021-\u007f]*$/)
}

/** Throws AwsError (ValidationError). */
export function checkPolicyPathPrefix(prefix = '/'): string {
  return checked('pathPrefix', prefix, POLICY_PATH)
}

/** Of what has a policy, whose paths are as those of roles; here it must end in a slash. Throws AwsError (ValidationError). */
export function checkEntityPathPrefix(prefix = '/'): string {
  return checked('pathPrefix', prefix, ROLE_PATH)
}

const ROLE_PATH = /^\/([\u0021-\u007e]+\/)?$/
const POLICY_PATH = /^(\/[A-Za-z0-9.,+@=_-]+)*\/$/

function checked(member: 'path' | 'pathPrefix', path: string, pattern: RegExp): string {
  if (path.length > 512 || !pattern.test(path))
    throw validationError(
      `The specified value for ${member} is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.`,
    )
  return path
}

/** Throws AwsError (ValidationError) beyond 1,000 characters, or other than a policy's or role's description may hold. */
export function checkDescription(description: string | undefined): string | undefined {
  if (description !== undefined && !/^[\t\n\r\u0020-\u007e\u00a1-\u00ff]{0,1000}$/.test(description))
    throw validationError('The specified value for description is invalid.')
  return description
}

interface PageRequest {
  readonly Marker?: string | undefined
  readonly MaxItems?: number | undefined
}

export interface PageEnd {
  readonly IsTruncated: boolean
  readonly Marker?: string
}

/** Up to MaxItems (100 if absent), in the order of their markers. Throws AwsError. */
export function page<Item>(
  items: readonly Item[],
  markerOf: (item: Item) => string,
  { Marker, MaxItems = 100 }: PageRequest,
): { readonly items: readonly Item[]; readonly end: PageEnd } {
  if (!Number.isInteger(MaxItems) || MaxItems < 1 || MaxItems > 1000)
    throw validationError(`Value '${MaxItems}' at 'maxItems' must be between 1 and 1000`)
  const after = Marker === undefined ? undefined : Buffer.from(Marker, 'base64url').toString()
  if (after === '') throw invalidInput('Invalid Marker.')
  const sorted = [...items].sort((a, b) => (markerOf(a) < markerOf(b) ? -1 : 1))
  const found = pageAfter(sorted, markerOf, after, MaxItems)
  const end =
    found.next === undefined
      ? { IsTruncated: false }
      : { IsTruncated: true, Marker: Buffer.from(found.next).toString('base64url') }
  return { items: found.items, end }
}
