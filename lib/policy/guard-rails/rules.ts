/** The guard rails by name: what each sees, and what is allowed instead. docs/guard-rails.md is held to this by a test. */

/**
 * `refused`: nobody gets it. `needs-approval`: within what may be given, but not without a person. `by-limit`: the one or the
 * other, as the limit says that is passed.
 */
export interface Rule {
  readonly severity: 'refused' | 'needs-approval' | 'by-limit'
  /** What the request does, in words that follow its place. */
  readonly what: string
  readonly allowed: string
}

export const RULES = {
  AllowWithNotAction: {
    severity: 'refused',
    what: 'allows every action that it does not name',
    allowed: 'Allow with Action',
  },
  AllowWithNotResource: {
    severity: 'refused',
    what: 'allows every resource that it does not name',
    allowed: 'Allow with Resource',
  },
  EveryAction: {
    severity: 'refused',
    what: 'allows actions of every service',
    allowed: 'actions of a service by its name, like s3:GetObject',
  },
  ChangesIdentities: {
    severity: 'refused',
    what: 'changes users, roles, policies or providers, which the permissions boundary denies',
    allowed: 'of iam: actions that read, PassRole and CreateServiceLinkedRole',
  },
  GovernsAccounts: {
    severity: 'refused',
    what: 'governs accounts or the organization, which the permissions boundary denies',
    allowed: 'actions of other services than account and organizations',
  },
  PassesAnyRole: {
    severity: 'refused',
    what: 'passes roles that it does not name',
    allowed: 'iam:PassRole on the whole ARN of each role',
  },
  AssumesAnyRole: {
    severity: 'refused',
    what: 'assumes roles whose account or name it leaves open',
    allowed: 'sts:AssumeRole on ARNs with an account and at least the beginning of a name',
  },
  NamesOwnResources: {
    severity: 'refused',
    what: "names the stack's own resources, which the permissions boundary denies",
    allowed: 'resources that the stack neither made for itself nor may take over',
  },
  SubjectWildcard: {
    severity: 'refused',
    what: 'lets in service accounts that it does not name',
    allowed: 'whole names, unless the rules of the tenant allow wildcards',
  },
  ManagedPolicyNotAllowed: {
    severity: 'by-limit',
    what: 'attaches a managed policy that may not be attached here',
    allowed:
      "the stack's or the tenant's list, but never AdministratorAccess, PowerUserAccess or IAMFullAccess",
  },
  CatalogueEntryNotAllowed: {
    severity: 'by-limit',
    what: "uses an entry of the catalogue that is not among those of the tenant's rules",
    allowed: "the catalogue entries of the tenant's rules",
  },
  ActionNotAllowed: {
    severity: 'by-limit',
    what: "allows an action that the tenant's rules deny or do not list",
    allowed: "the actions of the tenant's rules",
  },
  ResourceNotAllowed: {
    severity: 'by-limit',
    what: "names a resource that the tenant's rules deny or do not list",
    allowed: "the resources of the tenant's rules",
  },
  TagKeyNotAllowed: {
    severity: 'by-limit',
    what: "sets a tag that is not among those of the tenant's rules: as aws:PrincipalTag it opens what others tagged",
    allowed: "the tag keys of the tenant's rules",
  },
  SubjectNotAllowed: {
    severity: 'by-limit',
    what: "lets in service accounts of a cluster or a namespace that the tenant's rules do not name",
    allowed: 'namespaces that the rules give the tenant, each on its own cluster',
  },
  TargetAccountNotAllowed: {
    severity: 'by-limit',
    what: "puts the role into an account that is neither its cluster's nor one of those where roles may be",
    allowed: "the accounts of the stack's parameter accounts that the tenant's rules list",
  },
  ServiceWideWildcard: {
    severity: 'needs-approval',
    what: 'allows every action of a service',
    allowed: 'single actions, or their beginning, like s3:Get*',
  },
  ResourceWildcard: {
    severity: 'needs-approval',
    what: 'names no resource, for an action that takes one',
    allowed: 'ARNs with at least the beginning of a name; * for actions that describe or list',
  },
  WideManagedPolicy: {
    severity: 'needs-approval',
    what: 'attaches a managed policy that gives a whole service away',
    allowed: 'managed policies for reading or for one purpose, or statements',
  },
  OtherAccount: {
    severity: 'needs-approval',
    what: 'names a resource of another account',
    allowed: "resources of the role's account",
  },
  PassesRole: {
    severity: 'needs-approval',
    what: 'passes a role, and has all that it may do',
    allowed: 'policies without iam:PassRole',
  },
  PassesRoleToCompute: {
    severity: 'needs-approval',
    what: 'starts code with the role that this request may pass',
    allowed: 'iam:PassRole and actions that take a role in different requests',
  },
  AssumesRole: {
    severity: 'needs-approval',
    what: 'assumes another role, and has all that it may do',
    allowed: "permissions of the role's own",
  },
  RunsCodeAsOthers: {
    severity: 'needs-approval',
    what: 'runs code, or a session, where another role is',
    allowed: 'actions that change neither code nor configuration of what has a role',
  },
  OpensResources: {
    severity: 'needs-approval',
    what: 'lets others in: it changes who may use a resource',
    allowed: 'actions on data, not on policies, grants, ACLs or shares',
  },
  OpensWaysIn: {
    severity: 'needs-approval',
    what: 'makes new ways to get credentials',
    allowed: 'credentials from this role only',
  },
  StopsAuditing: {
    severity: 'needs-approval',
    what: 'stops or changes what records and watches the account',
    allowed: 'actions that read of such services',
  },
  AnalyzerError: {
    severity: 'refused',
    what: 'has something in its policy that does not work, as IAM Access Analyzer says',
    allowed: 'a policy without findings of type ERROR',
  },
  AnalyzerSecurityWarning: {
    severity: 'refused',
    what: 'has something in its policy that IAM Access Analyzer warns of',
    allowed: 'a policy without findings of type SECURITY_WARNING',
  },
  NewAccess: {
    severity: 'needs-approval',
    what: 'gives a role that is in force access that it has not, as far as IAM Access Analyzer can tell',
    allowed: 'what the role may do and whom it lets in now, or less',
  },
} as const satisfies Readonly<Record<string, Rule>>

export type RuleName = keyof typeof RULES
export type Severity = 'refused' | 'needs-approval'

/** Whose severity the passed limit gives. */
export type LimitRule = {
  [Name in RuleName]: (typeof RULES)[Name]['severity'] extends 'by-limit' ? Name : never
}[RuleName]
export type FixedRule = Exclude<RuleName, LimitRule>

export interface Finding {
  readonly rule: RuleName
  readonly severity: Severity
  /** JSON pointer (RFC 6901) into the body of the request. */
  readonly pointer: string
  /** What the request does there, in words that follow the place; never a value of the request: it could be a secret. */
  readonly message: string
  readonly allowed: string
}

/** `known`: the action of our own lists that is meant. */
export function finding(rule: FixedRule, pointer: string, known?: string): Finding {
  const { severity, what, allowed } = RULES[rule]
  return { rule, severity, pointer, message: known === undefined ? what : `${what}: ${known}`, allowed }
}

/** `allowed`: what the limit lists, if it is one that lists. */
export function beyondLimit(
  rule: LimitRule,
  severity: Severity,
  pointer: string,
  allowed?: readonly string[],
): Finding {
  const { what, allowed: usual } = RULES[rule]
  const listed = allowed === undefined ? usual : `${usual}: ${allowed.join(', ') || 'none'}`
  return { rule, severity, pointer, message: what, allowed: listed }
}

export function pointerTo(...path: readonly (string | number)[]): string {
  return path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}
