/** IAM Access Analyzer on policies that nothing has yet: both of its answers are about the documents alone. */
import {
  type AccessAnalyzerClient,
  CheckNoNewAccessCommand,
  paginateValidatePolicy,
  type ValidatePolicyFinding,
} from '@aws-sdk/client-accessanalyzer'
import { isUndecidable, translate } from './errors.ts'
import { allItems } from './pages.ts'

/** Attached to a role, or saying who may assume it. */
export type AnalysedKind = 'permissions' | 'trust'

/** What AWS counts as broken or dangerous. */
export interface PolicyIssue {
  readonly type: 'ERROR' | 'SECURITY_WARNING'
  /** `INVALID_ACTION` */
  readonly code: string
  readonly link: string
  /** From the document's root; undefined where it has none. */
  readonly path: readonly (string | number)[] | undefined
}

const POLICIES = {
  permissions: { policyType: 'IDENTITY_POLICY' },
  trust: {
    policyType: 'RESOURCE_POLICY',
    validatePolicyResourceType: 'AWS::IAM::AssumeRolePolicyDocument',
  },
} as const

/** Advice on style and shorter ways is left out. */
export async function validatePolicy(
  client: AccessAnalyzerClient,
  policyDocument: string,
  kind: AnalysedKind,
): Promise<PolicyIssue[]> {
  const pages = paginateValidatePolicy({ client }, { policyDocument, ...POLICIES[kind] })
  const findings = await allItems('access-analyzer:ValidatePolicy', pages, (page) => page.findings)
  return findings.flatMap(issuesOf)
}

function issuesOf(finding: ValidatePolicyFinding): PolicyIssue | [] {
  const { findingType: type, issueCode: code = '', learnMoreLink: link = '', locations = [] } = finding
  if (type !== 'ERROR' && type !== 'SECURITY_WARNING') return []
  const path = locations[0]?.path?.flatMap(({ index, key, value }) => index ?? key ?? value ?? [])
  return { type, code, link, path }
}

/**
 * The index of a statement of `wanted` that may allow what `existing` does not, the first that AWS names; `unknown` when it names none, or
 * cannot decide. Undefined: it certainly allows nothing new.
 */
export async function newAccessIn(
  client: AccessAnalyzerClient,
  existing: string,
  wanted: string,
): Promise<number | 'unknown' | undefined> {
  const command = new CheckNoNewAccessCommand({
    existingPolicyDocument: existing,
    newPolicyDocument: wanted,
    policyType: 'IDENTITY_POLICY',
  })
  try {
    const { result, reasons = [] } = await client.send(command)
    return result === 'PASS' ? undefined : (reasons[0]?.statementIndex ?? 'unknown')
  } catch (error) {
    if (isUndecidable(error)) return 'unknown'
    return translate('access-analyzer:CheckNoNewAccess')(error)
  }
}
