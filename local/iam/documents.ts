/** Policy documents as IAM takes them. Its grammar: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html */
import * as z from 'zod'
import { isArn } from '../arn.ts'
import type { PolicyDocument, Statement } from '../policy/document.ts'
import { isOperator } from '../policy/operators.ts'
import type { Document } from './account.ts'
import { malformedPolicy, validationError } from './errors.ts'
import { checkPrincipals } from './principals.ts'

/** Throws AwsError (MalformedPolicyDocument). */
export function parseTrustPolicy(text: string | undefined): Document {
  const document = parse(text)
  for (const statement of statements(document.parsed)) {
    if (statement.Resource !== undefined) throw malformedPolicy('Has prohibited field Resource')
    if (statement.NotResource !== undefined) throw malformedPolicy('Has prohibited field NotResource')
    if (statement.Principal === undefined && statement.NotPrincipal === undefined)
      throw malformedPolicy('Missing required field Principal')
    if (list(statement.Action).some((action) => !/^(\*|sts:.+)$/i.test(action)))
      throw malformedPolicy('AssumeRole policy may only specify STS AssumeRole actions.')
    checkPrincipals(statement)
  }
  return document
}

/** `partition`: the account's; without it a document of AWS's own. Throws AwsError (MalformedPolicyDocument). */
export function parseIdentityPolicy(text: string | undefined, partition?: string): Document {
  const document = parse(text)
  for (const statement of statements(document.parsed)) {
    if (statement.Principal !== undefined || statement.NotPrincipal !== undefined)
      throw malformedPolicy('Policy document should not specify a principal.')
    if (statement.Resource === undefined && statement.NotResource === undefined)
      throw malformedPolicy('Policy statement must contain resources.')
    for (const resource of [...list(statement.Resource), ...list(statement.NotResource)])
      checkResource(resource, partition)
    for (const action of [...list(statement.Action), ...list(statement.NotAction)])
      if (action !== '*' && !/^[\w-]+:.+$/.test(action))
        throw malformedPolicy('Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.')
  }
  return document
}

/** It names the account's own partition, or leaves that open. */
function checkResource(resource: string, partition: string | undefined): void {
  if (!isArn(resource) && !/[*?]/.test(resource))
    throw malformedPolicy(`Resource ${resource} must be in ARN format or "*".`)
  const [, given = '*'] = resource.split(':')
  if (partition !== undefined && given !== partition && !/[*?]/.test(given))
    throw malformedPolicy(`Partition "${given}" is not valid for resource "${resource}".`)
}

/** Of a queue, a bus, …: whose services say in their own words what is wrong. Throws AwsError (MalformedPolicyDocument). */
export function parseResourcePolicy(text: string): Document {
  const document = parse(text, resourceDocument)
  for (const statement of statements(document.parsed)) {
    if (statement.Principal === undefined && statement.NotPrincipal === undefined)
      throw malformedPolicy('Missing required field Principal')
    if (statement.Resource === undefined && statement.NotResource === undefined)
      throw malformedPolicy('Policy statement must contain resources.')
    checkPrincipals(statement)
  }
  return document
}

/** IAM does not count white space. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
export function countedCharacters(document: Document): number {
  return document.text.replaceAll(/\s/g, '').length
}

/** RFC 3986, as IAM answers every document. */
export function urlEncoded({ text }: Document): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

function parse(text: string | undefined, schema = iamDocument): Document {
  if (!text) throw validationError('The policy document must be specified.')
  if (text.length > 131_072)
    throw validationError('Member must have length less than or equal to 131072 at policyDocument')
  if (!/^[\t\n\r\u0020-\u00ff]+$/.test(text))
    throw validationError('The specified value for policyDocument is invalid.')
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (cause) {
    throw malformedPolicy('This policy contains invalid Json', { cause })
  }
  const result = schema.safeParse(json)
  if (!result.success) throw malformedPolicy(problem(result.error), { cause: result.error })
  const parsed: PolicyDocument = result.data
  checkSids(statements(parsed))
  checkOperators(statements(parsed))
  return { text, parsed }
}

function problem(error: z.ZodError): string {
  const [issue] = error.issues
  if (issue?.code === 'custom') return issue.message
  if (issue?.path.length === 1 && issue.path[0] === 'Version')
    return 'The policy must contain a valid version string'
  return 'Syntax errors in policy.'
}

const strings = z.union([z.string(), z.array(z.string()).min(1)])
const conditionValue = z.union([z.string(), z.boolean(), z.number()])
const principal = z.union([
  z.literal('*'),
  z.partialRecord(z.enum(['AWS', 'Federated', 'Service', 'CanonicalUser']), strings).transform(withoutAbsent),
])

const statementSchema = (sid: z.ZodString) =>
  z
    .strictObject({
      Sid: sid.exactOptional(),
      Effect: z.enum(['Allow', 'Deny']),
      Principal: principal.exactOptional(),
      NotPrincipal: principal.exactOptional(),
      Action: strings.exactOptional(),
      NotAction: strings.exactOptional(),
      Resource: strings.exactOptional(),
      NotResource: strings.exactOptional(),
      Condition: z
        .record(z.string(), z.record(z.string(), z.union([conditionValue, z.array(conditionValue)])))
        .exactOptional(),
    })
    .refine((one) => one.Action !== undefined || one.NotAction !== undefined, {
      message: 'Policy statement must contain actions.',
    })
    .refine(
      (one) =>
        !(one.Action !== undefined && one.NotAction !== undefined) &&
        !(one.Resource !== undefined && one.NotResource !== undefined) &&
        !(one.Principal !== undefined && one.NotPrincipal !== undefined),
      { message: 'Syntax errors in policy.' },
    )

const documentSchema = (sid: z.ZodString) =>
  z.strictObject({
    Version: z.enum(['2012-10-17', '2008-10-17']).exactOptional(),
    Id: z.string().exactOptional(),
    Statement: z.preprocess(
      (value) => (Array.isArray(value) ? value : [value]),
      z.array(statementSchema(sid)).min(1),
    ),
  })

const iamDocument = documentSchema(z.string().regex(/^[A-Za-z0-9]*$/))

/** Outside of IAM a Sid may hold anything: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html has one with spaces. */
const resourceDocument = documentSchema(z.string())

function withoutAbsent(
  record: Partial<Record<string, string | string[]>>,
): Record<string, string | string[]> {
  const present: Record<string, string | string[]> = {}
  for (const [key, value] of Object.entries(record)) if (value !== undefined) present[key] = value
  return present
}

function checkSids(all: readonly Statement[]): void {
  const sids = all.flatMap(({ Sid }) => (Sid ? [Sid] : []))
  if (new Set(sids).size < sids.length)
    throw malformedPolicy('Statement IDs (SID) in a single policy must be unique.')
}

/** Those that AWS has and local mode cannot evaluate are refused when a call depends on them. */
function checkOperators(all: readonly Statement[]): void {
  for (const operator of all.flatMap(({ Condition }) => Object.keys(Condition ?? {})))
    if (!isOperator(operator)) throw malformedPolicy(`Invalid Condition type : ${operator}`)
}

function statements({ Statement: one }: PolicyDocument): readonly Statement[] {
  return 'Effect' in one ? [one] : one
}

function list(value: string | readonly string[] | undefined): readonly string[] {
  if (value === undefined) return []
  return typeof value === 'string' ? [value] : value
}
