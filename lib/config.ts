/** What a function is told by its environment: one schema per function, the only reader of process.env. */
import * as z from 'zod'
import { partitionOf } from './aws/partitions.ts'
import type { AllowedZone, Stack } from './aws/stack.ts'
import { sharedHostFault } from './oidc/issuer.ts'
import { tagKeySchema } from './tags.ts'
import { principalSchema } from './tenancy/tenant.ts'

/** The template sets it wrongly, or not at all: deploy again from a clean checkout. */
export class EnvironmentInvalid extends Error {
  override readonly name = 'EnvironmentInvalid'
}

/** Throws EnvironmentInvalid that names every variable that is missing or wrong, and shows no value. */
export function readEnvironment<Shape extends z.ZodRawShape>(
  shape: Shape,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Environment<Shape> {
  const result = z.object(shape).safeParse(environment)
  if (result.success) return result.data
  const names = new Set(result.error.issues.map(({ path }) => String(path[0])))
  throw new EnvironmentInvalid(`Environment variables missing or wrong: ${[...names].toSorted().join(', ')}`)
}

const text = z.string().min(1)

/** A wildcard only at the end, and only for AWS's own: nobody else's policies are known by their beginning. */
const managedPolicy = z
  .string()
  .regex(/^arn:aws[a-z-]*:iam::(aws:policy\/[\w+=,.@/-]*\*?|\d{12}:policy\/[\w+=,.@/-]+)$/)
const ACCOUNT_ID = /^\d{12}$/
const ADOPTABLE_ARN =
  /^arn:aws[a-z-]*:(acm:[a-z0-9-]+:\d{12}:certificate\/[\w-]+|cloudfront::\d{12}:distribution\/\w+|iam::\d{12}:oidc-provider\/[\w.:/-]+)$/

/** What the resources must know of the stack. */
export const stackEnvironment = {
  STAGE: z.string().regex(/^[a-z0-9]{1,8}$/),
  STACK_NAME: text,
  ACCOUNT_ID: z.string().regex(ACCOUNT_ID),
  AWS_REGION: text,
  ORIGIN_ACCESS_CONTROL_ID: text,
  HOSTED_ZONES: z.string().transform(allowedZones),
  ALLOW_PUBLIC_BUCKETS: z.enum(['true', 'false']).transform((value) => value === 'true'),
  SHARED_HOST: z.string().superRefine(checkSharedHost),
  ADOPTED_BUCKETS: z
    .string()
    .transform(listed)
    .pipe(z.array(z.string().regex(/^(?=.*[a-z0-9]{3})[a-z0-9.*-]{3,63}$/))),
  ROLE_PATH: z.string().regex(/^\/([\w+=,.@-]+\/)+$/),
  MANAGED_POLICIES: z.string().transform(listed).pipe(z.array(managedPolicy)),
  ACCOUNTS: z.string().transform(accountIds),
  ROLE_TAG_KEYS: z.string().transform(listed).pipe(z.array(tagKeySchema)),
  /** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
  TRUST_POLICY_CHARACTERS: z.string().transform(Number).pipe(z.int().min(2048).max(8192)),
}

/** What a schema above gives. */
export type Environment<Shape extends z.ZodRawShape> = z.output<z.ZodObject<Shape>>

export function stackOf(environment: Environment<typeof stackEnvironment>): Stack {
  return {
    stage: environment.STAGE,
    name: environment.STACK_NAME,
    accountId: environment.ACCOUNT_ID,
    region: environment.AWS_REGION,
    partition: partitionOf(environment.AWS_REGION),
    originAccessControlId: environment.ORIGIN_ACCESS_CONTROL_ID,
    hostedZones: environment.HOSTED_ZONES,
    allowPublicBuckets: environment.ALLOW_PUBLIC_BUCKETS,
    sharedHost: environment.SHARED_HOST,
    adoptedBuckets: environment.ADOPTED_BUCKETS,
    rolePath: environment.ROLE_PATH,
    managedPolicies: environment.MANAGED_POLICIES,
    targetAccounts: environment.ACCOUNTS,
    roleTagKeys: environment.ROLE_TAG_KEYS,
    trustPolicyCharacters: environment.TRUST_POLICY_CHARACTERS,
  }
}

export function authorityOf(environment: Environment<typeof authorityEnvironment>) {
  const { ADMINISTRATORS, OPERATORS, APPROVERS, GROUPS_CLAIM: groupsClaim } = environment
  const authority = { administrators: ADMINISTRATORS, operators: OPERATORS, approvers: APPROVERS }
  return { authority, groupsClaim }
}

const region = { AWS_REGION: text }
export const tableEnvironment = { ...region, TABLE_NAME: text }
export const auditEnvironment = { ...region, AUDIT_TABLE_NAME: text }
export const publisherEnvironment = { ...region, EVENT_BUS_NAME: text }
export const runsEnvironment = {
  ...tableEnvironment,
  PROVISION_CLUSTER_ARN: text,
  DEPROVISION_CLUSTER_ARN: text,
}
export const roleRunsEnvironment = { ...tableEnvironment, RECONCILE_ROLE_ARN: text }
export const deadLettersEnvironment = { ...region, DEAD_LETTER_QUEUE_URL: z.url() }
export const queuesEnvironment = {
  ...deadLettersEnvironment,
  UNDELIVERED_EVENTS_QUEUE_URL: z.url(),
  STREAM_FAILURES_QUEUE_URL: z.url(),
}
/** '' where no cluster is in another account than the stack's. https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
export const externalIdEnvironment = { EXTERNAL_ID: z.string().regex(/^([\w+=,.@:/-]{2,1224})?$/) }
export const operatorsEnvironment = { OPERATOR_ACCOUNTS: z.string().transform(accountIds) }
/** Who may do what through the API whatever the tenants' rules say. */
export const authorityEnvironment = {
  ADMINISTRATORS: z.string().transform(listed).pipe(z.array(principalSchema)),
  OPERATORS: z.string().transform(listed).pipe(z.array(principalSchema)),
  APPROVERS: z.string().transform(listed).pipe(z.array(principalSchema)),
  GROUPS_CLAIM: text,
}
export const analysisEnvironment = {
  ...region,
  ACCESS_ANALYZER: z.enum(['off', 'validate', 'no-new-access']),
}
/** Of others, that may be taken over through the API: each by its name, and none by a part of it. */
export const adoptionEnvironment = {
  ADOPTED_RESOURCES: z
    .string()
    .transform(listed)
    .pipe(z.array(z.string().regex(ADOPTABLE_ARN))),
}
/** Set by local mode only. */
export const issuerEnvironment = { ISSUER_ENDPOINT: z.url().optional() }

/** `a,b`; the template cannot say "none" but with the empty string. */
function listed(value: string): string[] {
  return value
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
}

/** '': there is none. */
function checkSharedHost(value: string, context: z.core.$RefinementCtx): void {
  const fault = value === '' ? undefined : sharedHostFault(value)
  if (fault !== undefined) context.addIssue(fault)
}

/** `111122223333,…` */
function accountIds(value: string, context: z.core.$RefinementCtx): string[] {
  const accounts = listed(value)
  if (!accounts.every((account) => ACCOUNT_ID.test(account)))
    context.addIssue('must be account IDs of 12 digits, separated by commas')
  return accounts
}

/** `Z0123456789EXAMPLE=example.com in 111122223333 for 444455556666 777788889999,…`, as serverless/hosted-zones.cjs reads it too. */
function allowedZones(value: string, context: z.core.$RefinementCtx): AllowedZone[] {
  const zones = listed(value).flatMap((entry) => {
    const found = ZONE_ENTRY.exec(entry.replaceAll(/\s+/g, ' '))
    if (found === null) {
      context.addIssue('must be <zone ID>=<zone name>, or *, then in <account ID>, then for <account ID> …')
      return []
    }
    const [, id, name, accountId, accounts] = found
    return { id, name, accountId, usedBy: accounts?.split(' ') }
  })
  const ids = zones.flatMap(({ id }) => id ?? [])
  if (new Set(ids).size < ids.length) context.addIssue('must not have a zone twice')
  return zones
}

const ZONE_ENTRY =
  /^(?:\*|(Z[A-Z0-9]{1,31})=([a-z0-9.-]*[a-z0-9]))(?: in (\d{12}))?(?: for (\d{12}(?: \d{12})*))?$/
