/** A tenant: a team, and the rules that say what it may ask for. What no rule admits is refused. */
import * as z from 'zod'
import { parse, stringWith } from '../parse.ts'

const PRINCIPAL =
  /^(iam:arn:aws[a-z-]*:iam::\d{12}:(root|role\/[\w+=,.@-]{1,64}|user\/[\w+=,.@/-]{1,512})|(jwt|group):https:\/\/[^\s|]{1,255}\|\S.{0,255})$/

/** STS tells a role's name without its path; names are unique in an account whatever the path. */
const PRINCIPAL_WORDS =
  'must be iam:<ARN of a role without its path, or of a user>, jwt:<issuer>|<sub> or group:<issuer>|<group>'

export const principalSchema = z.string().regex(PRINCIPAL, PRINCIPAL_WORDS)

/** `*` is any text, also none. */
function patterns(allowed: RegExp, words: string) {
  return z.array(z.string().min(1).max(256).regex(allowed, words)).max(100)
}

const names = patterns(/^[a-z0-9.*-]+$/, 'must be a name, * in it for any text')

const managedPolicies = patterns(
  /^arn:aws[a-z-]*:iam::(aws|\d{12}):policy\/[\w+=,.@/*-]+$/,
  'must be the ARN of a managed policy, * in its name for any text',
)

const actions = patterns(/^(\*|[A-Za-z0-9-]+:[A-Za-z0-9*]+)$/, 'must be an action like s3:Get*, or *')

const resources = patterns(
  /^(\*|arn:[^:?]+:[^:?]+:[^:?]*:[^:?]*:[^?]+)$/,
  'must be an ARN, * in it for any text, or *',
)

const tagKeys = patterns(/^[^?]+$/, 'must be a tag key, * in it for any text')

/** What a request may hold beyond the rule's own lists. */
const withApprovalSchema = z
  .strictObject({
    catalogue: names.default([]),
    managedPolicies: managedPolicies.default([]),
    actions: actions.default([]),
    resources: resources.default([]),
    tagKeys: tagKeys.default([]),
  })
  .prefault({})

const ruleSchema = z.strictObject({
  principals: z
    .array(principalSchema)
    .min(1)
    .max(100)
    .describe('Who may ask: iam:<role ARN without path>, jwt:<issuer>|<sub>, group:<issuer>|<group>.'),
  clusters: names.min(1).describe('Names of clusters; * for any text.'),
  namespaces: names.min(1).describe('Names of namespaces; * for any text.'),
  catalogue: names.default([]).describe('Entries of the catalogue; * for any text.'),
  managedPolicies: managedPolicies.default([]).describe('ARNs of managed policies; * for any text.'),
  actions: actions.default([]).describe('Actions that statements may allow; * for any text.'),
  deniedActions: actions.default([]).describe('Actions that none may allow, whatever the other lists say.'),
  resources: resources
    .default(['*'])
    .describe('Resources that statements may allow, and entries of the catalogue use. Default: all.'),
  deniedResources: resources.default([]).describe('Resources that none may touch.'),
  tagKeys: tagKeys.default([]).describe('Keys of tags on roles; to IAM they are aws:PrincipalTag.'),
  targetAccounts: z
    .array(z.string().regex(/^(\d{12}|\*)$/, 'must be an AWS account ID of 12 digits, or *'))
    .max(100)
    .default([])
    .describe("Accounts that a role may be asked for in besides its cluster's; * for all of the stack's."),
  wildcards: z
    .boolean()
    .default(false)
    .describe('Whether subjects may have wildcards, and s3:* and * as a resource need no approval.'),
  withApproval: withApprovalSchema.describe(
    'What may be asked for beyond those lists, and waits for an approver.',
  ),
})

export const tenantRulesSchema = z.strictObject({
  description: z.string().max(1000).default(''),
  /** All its places are in one item of the registry, which holds 400 KB. */
  roleQuota: z
    .int()
    .min(0)
    .max(900)
    .default(100)
    .describe('Roles that it may have, those that wait for an approval among them.'),
  rules: z.array(ruleSchema).min(1).max(50).describe('A request must be admitted by one of them as a whole.'),
})

export const tenantName = stringWith((name) =>
  /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name)
    ? undefined
    : 'must be a DNS label: 1 to 63 lower-case letters, digits and inner hyphens',
)

export type Rule = z.output<typeof ruleSchema>
export type TenantRules = z.output<typeof tenantRulesSchema>

export interface Tenant extends TenantRules {
  readonly tenant: string
}

/** Throws InvalidInput. */
export function parseTenantRules(input: unknown): TenantRules {
  return parse(tenantRulesSchema, input, 'tenant')
}
