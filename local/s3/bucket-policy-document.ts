/**
 * Bucket policies as S3 takes them: structure, principals, actions and resources that belong to this bucket.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-policy-language-overview.html
 */
import * as z from 'zod'
import { isArn, parseArn } from '../arn.ts'
import { AwsError, NotInLocalMode } from '../errors.ts'
import type { PolicyDocument, PrincipalElement, Statement } from '../policy/document.ts'
import { ORIGIN_ACCESS_IDENTITY } from './bucket-policy-decision.ts'

/** Throws `MalformedPolicy` with S3's reason. `exists` answers for IAM's roles and CloudFront's origin access identities. */
export function parseBucketPolicy(
  text: string,
  bucketArn: string,
  exists: (arn: string) => boolean,
): PolicyDocument {
  // 20 KB: https://docs.aws.amazon.com/AmazonS3/latest/userguide/add-bucket-policy.html
  if (Buffer.byteLength(text) > 20_480)
    throw new AwsError('PolicyTooLarge', 'Policy exceeds the maximum allowed document size.')
  const policy = parseStructure(text)
  const statements = [policy.Statement].flat()
  for (const statement of statements) {
    checkPrincipal(statement, exists)
    checkActions(statement, bucketArn)
  }
  return {
    Version: policy.Version ?? '2008-10-17',
    ...(policy.Id !== undefined && { Id: policy.Id }),
    Statement: statements.map(canonicalStatement),
  }
}

function malformedPolicy(reason: string): AwsError {
  return new AwsError('MalformedPolicy', reason)
}

const oneOrMore = z.union([z.string(), z.array(z.string()).min(1)])
const conditionValue = z.union([z.string(), z.boolean(), z.number()])
const principal = z.union([z.literal('*'), z.record(z.string(), oneOrMore)])

const bucketPolicy = z.strictObject({
  Version: z.enum(['2012-10-17', '2008-10-17']).exactOptional(),
  Id: z.string().exactOptional(),
  Statement: z.union([z.array(z.lazy(() => statement)).min(1), z.lazy(() => statement)]),
})

const statement = z.strictObject({
  Sid: z.string().exactOptional(),
  Effect: z.enum(['Allow', 'Deny']),
  Principal: principal.exactOptional(),
  NotPrincipal: principal.exactOptional(),
  Action: oneOrMore.exactOptional(),
  NotAction: oneOrMore.exactOptional(),
  Resource: oneOrMore.exactOptional(),
  NotResource: oneOrMore.exactOptional(),
  Condition: z
    .record(z.string(), z.record(z.string(), z.union([conditionValue, z.array(conditionValue)])))
    .exactOptional(),
})

function parseStructure(text: string): z.infer<typeof bucketPolicy> {
  const parsed = bucketPolicy.safeParse(parseJson(text))
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  if (issue?.code === 'unrecognized_keys') throw malformedPolicy(`Unknown field ${issue.keys[0]}`)
  if (issue?.path[0] === 'Version') throw malformedPolicy('The policy must contain a valid version string')
  throw malformedPolicy(`Invalid policy syntax: ${issue?.path.join('.')}: ${issue?.message}`)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new AwsError(
      'MalformedPolicy',
      "Policies must be valid JSON and the first byte must be '{'",
      400,
      {},
      { cause },
    )
  }
}

function checkPrincipal(statement: Statement, exists: (arn: string) => boolean): void {
  const element = statement.Principal ?? statement.NotPrincipal
  if (element === undefined) throw malformedPolicy('Missing required field Principal')
  if (typeof element === 'string') return
  for (const [kind, values] of Object.entries(element))
    for (const value of [values].flat()) {
      if (kind === 'AWS' && !isAwsPrincipal(value, exists))
        throw malformedPolicy('Invalid principal in policy')
      if (kind === 'Service') checkService(value)
      if (!['AWS', 'Service', 'CanonicalUser', 'Federated'].includes(kind))
        throw malformedPolicy('Invalid principal in policy')
    }
}

/** Account, its root, a role or an origin access identity that exists; local mode has no IAM users. */
function isAwsPrincipal(value: string, exists: (arn: string) => boolean): boolean {
  if (value === '*' || /^\d{12}$/.test(value)) return true
  if (!isArn(value)) return false
  if (ORIGIN_ACCESS_IDENTITY.test(value)) return exists(value)
  const { service, resource } = parseArn(value)
  return service === 'sts' || (service === 'iam' && (resource === 'root' || exists(value)))
}

const SERVICES: ReadonlySet<string> = new Set([
  'cloudfront.amazonaws.com',
  'cloudtrail.amazonaws.com',
  'config.amazonaws.com',
  'delivery.logs.amazonaws.com',
  'logging.s3.amazonaws.com',
])

function checkService(value: string): void {
  if (!/^[a-z0-9.-]+\.amazonaws\.com(\.cn)?$/.test(value))
    throw malformedPolicy('Invalid principal in policy')
  if (!SERVICES.has(value)) throw new NotInLocalMode(`bucket policies for the service ${value}`)
}

function checkActions(statement: Statement, bucketArn: string): void {
  const actions = [statement.Action ?? statement.NotAction ?? []].flat()
  const resources = [statement.Resource ?? statement.NotResource ?? []].flat()
  if (actions.length === 0) throw malformedPolicy('Missing required field Action')
  if (resources.length === 0) throw malformedPolicy('Missing required field Resource')
  if (!actions.every((action) => action === '*' || /^s3:[A-Za-z*?]+$/i.test(action)))
    throw malformedPolicy('Policy has invalid action')
  if (!resources.every((resource) => isOfBucket(resource, bucketArn)))
    throw malformedPolicy('Policy has invalid resource')
  if (!actions.every((action) => resources.some((resource) => applies(action, resource, bucketArn))))
    throw malformedPolicy('Action does not apply to any resource(s) in statement')
}

/** `*` is not a resource of a bucket policy: it must name this bucket or objects in it. */
function isOfBucket(resource: string, bucketArn: string): boolean {
  return resource === bucketArn || resource === `${bucketArn}*` || resource.startsWith(`${bucketArn}/`)
}

const OBJECT_ACTION =
  /^s3:((Get|Put|Delete)Object|AbortMultipartUpload|ListMultipartUploadParts|RestoreObject|BypassGovernance|Replicate)/i

function applies(action: string, resource: string, bucketArn: string): boolean {
  if (/[*?]/.test(action) || resource === `${bucketArn}*`) return true
  return OBJECT_ACTION.test(action) === resource.startsWith(`${bucketArn}/`)
}

// S3 gives policies back in a form of its own: elements in this order, lists of one as text, an account as its root.
function canonicalStatement(statement: Statement): Statement {
  const { Sid, Effect, Principal, NotPrincipal, Action, NotAction, Resource, NotResource, Condition } =
    statement
  return {
    ...(Sid !== undefined && { Sid }),
    Effect,
    ...(Principal !== undefined && { Principal: canonicalPrincipal(Principal) }),
    ...(NotPrincipal !== undefined && { NotPrincipal: canonicalPrincipal(NotPrincipal) }),
    ...(Action !== undefined && { Action: canonicalList(Action) }),
    ...(NotAction !== undefined && { NotAction: canonicalList(NotAction) }),
    ...(Resource !== undefined && { Resource: canonicalList(Resource) }),
    ...(NotResource !== undefined && { NotResource: canonicalList(NotResource) }),
    ...(Condition !== undefined && { Condition: canonicalCondition(Condition) }),
  }
}

function canonicalPrincipal(element: PrincipalElement): PrincipalElement {
  if (typeof element === 'string') return element
  const account = (value: string) => (/^\d{12}$/.test(value) ? `arn:aws:iam::${value}:root` : value)
  return Object.fromEntries(
    Object.entries(element).map(([kind, values]) => [kind, canonicalList([values].flat().map(account))]),
  )
}

function canonicalCondition(
  condition: NonNullable<Statement['Condition']>,
): NonNullable<Statement['Condition']> {
  return Object.fromEntries(
    Object.entries(condition).map(([operator, keys]) => [
      operator,
      Object.fromEntries(
        Object.entries(keys).map(([key, value]) => [key, canonicalList([value].flat().map(String))]),
      ),
    ]),
  )
}

function canonicalList(values: string | readonly string[]): string | readonly string[] {
  const [first, ...others] = [values].flat()
  return first !== undefined && others.length === 0 ? first : values
}
