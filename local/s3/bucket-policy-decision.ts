/**
 * Whether a bucket policy lets a reader in who has no identity policy of their own, so that only an Allow here helps.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
import { NotInLocalMode } from '../errors.ts'
import type { PrincipalElement, Statement } from '../policy/document.ts'
import type { Bucket } from './bucket.ts'
import { effectivePolicy } from './bucket-access.ts'

/** CloudFront on behalf of a distribution, as one of its origin access identities, or anyone on the internet, with TLS or without. */
export type Reader =
  | 'anyone'
  | 'anyone over plain HTTP'
  | { readonly distributionArn: string; readonly account: string }
  | { readonly originAccessIdentity: string }

/** As a bucket policy names it. */
export const ORIGIN_ACCESS_IDENTITY =
  /^arn:aws[a-z-]*:iam::cloudfront:user\/CloudFront Origin Access Identity (E[A-Z0-9]+)$/

export function bucketPolicyAllows(
  bucket: Bucket,
  reader: Reader,
  action: string,
  resource: string,
): boolean {
  const policy = effectivePolicy(bucket, isAnyone(reader))
  const request = { reader, action, resource, context: contextOf(reader) }
  const effects = [policy?.Statement ?? []]
    .flat()
    .filter((statement) => applies(statement, request))
    .map(({ Effect }) => Effect)
  return effects.includes('Allow') && !effects.includes('Deny')
}

interface Request {
  readonly reader: Reader
  readonly action: string
  readonly resource: string
  /** By key in lower case. */
  readonly context: ReadonlyMap<string, string>
}

function isAnyone(reader: Reader): reader is Extract<Reader, string> {
  return typeof reader === 'string'
}

/** CloudFront comes over HTTPS: what a distribution serves without it never reaches the bucket that way. */
function contextOf(reader: Reader): ReadonlyMap<string, string> {
  const transport = ['aws:securetransport', String(reader !== 'anyone over plain HTTP')] as const
  if (isAnyone(reader) || 'originAccessIdentity' in reader) return new Map([transport])
  return new Map([
    transport,
    ['aws:sourcearn', reader.distributionArn],
    ['aws:sourceaccount', reader.account],
  ])
}

function applies(statement: Statement, request: Request): boolean {
  const { Principal, NotPrincipal, Action, NotAction, Resource, NotResource, Condition } = statement
  return (
    (Principal === undefined || names(Principal, request.reader)) &&
    (NotPrincipal === undefined || !names(NotPrincipal, request.reader)) &&
    (Action === undefined || matchesAny(Action, request.action, 'i')) &&
    (NotAction === undefined || !matchesAny(NotAction, request.action, 'i')) &&
    (Resource === undefined || matchesAny(Resource, request.resource)) &&
    (NotResource === undefined || !matchesAny(NotResource, request.resource)) &&
    holds(Condition ?? {}, request.context)
  )
}

/** `*` is everyone, `{"AWS": "*"}` everyone but services. */
function names(element: PrincipalElement, reader: Reader): boolean {
  if (typeof element === 'string') return true
  const principals = [element.AWS ?? []].flat()
  if (isAnyone(reader)) return principals.includes('*')
  if ('originAccessIdentity' in reader)
    return principals.some(
      (one) => one === '*' || ORIGIN_ACCESS_IDENTITY.exec(one)?.[1] === reader.originAccessIdentity,
    )
  return [element.Service ?? []].flat().includes('cloudfront.amazonaws.com')
}

function holds(condition: NonNullable<Statement['Condition']>, context: Request['context']): boolean {
  return Object.entries(condition).every(([operator, keys]) =>
    Object.entries(keys).every(([key, values]) =>
      conditionHolds(operator, context.get(key.toLowerCase()), [values].flat().map(String)),
    ),
  )
}

/** A key that is missing fails a condition, unless it is negated or says IfExists. */
function conditionHolds(operator: string, actual: string | undefined, values: readonly string[]): boolean {
  if (operator === 'Null') return values.includes(String(actual === undefined))
  const base = operator.replace(/IfExists$/, '')
  const positive = base.replace('Not', '')
  const equal = EQUALITIES[positive]
  if (!equal) throw new NotInLocalMode(`the condition operator ${operator} for readers without credentials`)
  if (actual === undefined) return base !== positive || base !== operator
  return values.some((value) => equal(value, actual)) === (base === positive)
}

const EQUALITIES: Readonly<Record<string, (value: string, actual: string) => boolean>> = {
  StringEquals: (value, actual) => value === actual,
  StringEqualsIgnoreCase: (value, actual) => value.toLowerCase() === actual.toLowerCase(),
  StringLike: (value, actual) => matches(value, actual),
  ArnEquals: (value, actual) => matches(value, actual),
  ArnLike: (value, actual) => matches(value, actual),
  Bool: (value, actual) => value.toLowerCase() === actual,
}

function matchesAny(patterns: string | readonly string[], text: string, flags = ''): boolean {
  return [patterns].flat().some((pattern) => matches(pattern, text, flags))
}

/** `*` stands for any characters, `?` for one. */
function matches(pattern: string, text: string, flags = ''): boolean {
  const expression = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${expression}$`, `s${flags}`).test(text)
}
