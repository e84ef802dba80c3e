/**
 * Findings of policy validation, of those that AWS documents the ones that a policy of this stack can have:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html
 */
import type { ValidatePolicyFinding } from '@aws-sdk/client-accessanalyzer'
import { actionFaults } from './actions.ts'
import { conditionFaults } from './conditions.ts'
import { type Fault, list, type Reporting } from './faults.ts'
import { locator, type Path } from './locations.ts'
import { resourceFaults } from './resources.ts'

/** Of a policy that is attached to a role, or that says who may assume it. */
export type PolicyKind = 'identity' | 'trust'

/** In the order of the policy; none: nothing is to be said of it. */
export async function validatePolicy(text: string, kind: PolicyKind): Promise<ValidatePolicyFinding[]> {
  let known: ReturnType<typeof locator> | undefined
  const locate = (path: Path) => {
    known ??= locator(text)
    return known(path)
  }
  const found: ValidatePolicyFinding[] = []
  const report: Reporting = ({ type, code, title, details }, ...paths) => {
    found.push({
      findingType: type,
      issueCode: code,
      findingDetails: details,
      learnMoreLink: `${REFERENCE}#access-analyzer-reference-policy-checks-${anchorOf(type, title)}`,
      locations: paths.map((path) => locate(path)),
    })
  }
  let policy: unknown
  try {
    policy = JSON.parse(text)
  } catch {
    report(JSON_SYNTAX, [])
    return found
  }
  await checkDocument(policy, kind, report)
  return found
}

const REFERENCE =
  'https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html'

function anchorOf(type: Fault['type'], title: string): string {
  const kind = {
    ERROR: 'error',
    SECURITY_WARNING: 'security-warning',
    WARNING: 'general-warning',
    SUGGESTION: 'suggestion',
  }
  return `${kind[type]}-${title.toLowerCase().replaceAll(' ', '-')}`
}

async function checkDocument(policy: unknown, kind: PolicyKind, report: Reporting): Promise<void> {
  if (!isObject(policy)) return report(dataType('object'), [])
  for (const element of Object.keys(policy))
    if (!['Version', 'Id', 'Statement'].includes(element)) report(unknownElement(element), [element])
  if (policy.Version === undefined) report(MISSING_VERSION, [])
  else if (policy.Version !== '2012-10-17' && policy.Version !== '2008-10-17')
    report(INVALID_VERSION, ['Version'])
  if (policy.Statement === undefined) return report(MISSING_STATEMENT, [])
  const isMany = Array.isArray(policy.Statement)
  const statements: readonly unknown[] = isMany ? (policy.Statement as unknown[]) : [policy.Statement]
  const sids = new Set<unknown>()
  for (const [index, statement] of statements.entries()) {
    const path = isMany ? ['Statement', index] : ['Statement']
    if (!isObject(statement)) report(dataType('object'), path)
    else await checkStatement(statement, kind, path, report)
    const sid = isObject(statement) ? statement.Sid : undefined
    if (sid !== undefined && sids.has(sid)) report(UNIQUE_SIDS, [...path, 'Sid'])
    sids.add(sid)
  }
}

const ELEMENTS = [
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
]

async function checkStatement(
  statement: Readonly<Record<string, unknown>>,
  kind: PolicyKind,
  path: Path,
  report: Reporting,
): Promise<void> {
  for (const element of Object.keys(statement))
    if (!ELEMENTS.includes(element)) report(unknownElement(element), [...path, element])
  const { Effect, Principal, NotPrincipal, Action, NotAction, Resource, NotResource } = statement
  if (Effect === undefined) report(MISSING_EFFECT, path)
  else if (Effect !== 'Allow' && Effect !== 'Deny') report(INVALID_EFFECT, [...path, 'Effect'])
  for (const pair of [
    ['Action', 'NotAction'],
    ['Resource', 'NotResource'],
    ['Principal', 'NotPrincipal'],
  ] as const)
    if (pair.every((element) => statement[element] !== undefined))
      report(unsupportedCombination(pair), ...pair.map((element) => [...path, element]))
  if (Action === undefined && NotAction === undefined) report(MISSING_ACTION, path)
  if (kind === 'identity') {
    if (Resource === undefined && NotResource === undefined) report(MISSING_RESOURCE, path)
    for (const element of ['Principal', 'NotPrincipal'])
      if (statement[element] !== undefined) report(UNSUPPORTED_PRINCIPAL, [...path, element])
  } else {
    if (Principal === undefined && NotPrincipal === undefined) report(MISSING_PRINCIPAL, path)
    for (const element of ['Resource', 'NotResource'])
      if (statement[element] !== undefined) report(unknownElement(element), [...path, element])
    if (Effect === 'Allow' && NotPrincipal !== undefined)
      report(ALLOW_WITH_NOT_PRINCIPAL, [...path, 'NotPrincipal'])
  }
  for (const element of ['Action', 'NotAction', 'Resource', 'NotResource'])
    if (statement[element] !== undefined && !isTexts(statement[element]))
      report(dataType('string'), [...path, element])
  await actionFaults(statement, path, report)
  if (kind === 'identity') resourceFaults(statement, path, report)
  conditionFaults(statement.Condition, [...path, 'Condition'], report)
}

function isTexts(value: unknown): boolean {
  return list(value).every((one) => typeof one === 'string')
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const error = (code: string, title: string, details: string): Fault => ({
  type: 'ERROR',
  code,
  title,
  details,
})

const JSON_SYNTAX = error('JSON_SYNTAX_ERROR', 'Json syntax error', 'Fix the JSON syntax error.')
const MISSING_STATEMENT = error('MISSING_STATEMENT', 'Missing statement', 'Add a statement to the policy.')
const INVALID_VERSION = error(
  'INVALID_VERSION',
  'Invalid version',
  'The version is not valid. Use one of the following versions: 2012-10-17, 2008-10-17',
)
const MISSING_EFFECT = error(
  'MISSING_EFFECT',
  'Missing effect',
  'Add an Effect element to the policy statement with a value of Allow or Deny.',
)
const INVALID_EFFECT = error(
  'INVALID_EFFECT',
  'Invalid effect',
  'The effect is not valid. Use Allow or Deny.',
)
const MISSING_ACTION = error(
  'MISSING_ACTION',
  'Missing action',
  'Add an Action or NotAction element to the policy statement.',
)
const MISSING_RESOURCE = error(
  'MISSING_RESOURCE',
  'Missing resource',
  'Add a Resource or NotResource element to the policy statement.',
)
const MISSING_PRINCIPAL = error(
  'MISSING_PRINCIPAL',
  'Missing principal',
  'Add a Principal element to the policy statement.',
)
const UNSUPPORTED_PRINCIPAL = error(
  'UNSUPPORTED_PRINCIPAL',
  'Unsupported principal',
  'The policy type IDENTITY_POLICY does not support the Principal element. Remove the Principal element.',
)
const UNIQUE_SIDS = error(
  'UNIQUE_SIDS_REQUIRED',
  'Unique Sids required',
  'Duplicate statement IDs are not supported for this policy type. Update the Sid value.',
)

const MISSING_VERSION: Fault = {
  type: 'WARNING',
  code: 'MISSING_VERSION',
  title: 'Missing version',
  details: 'We recommend that you specify the Version element to help you with debugging permission issues.',
}
const ALLOW_WITH_NOT_PRINCIPAL: Fault = {
  type: 'SECURITY_WARNING',
  code: 'ALLOW_WITH_NOT_PRINCIPAL',
  title: 'Allow with NotPrincipal',
  details:
    'Using Allow with NotPrincipal can be overly permissive. We recommend that you use Principal instead.',
}

function dataType(type: string): Fault {
  return error(
    'DATA_TYPE_MISMATCH',
    'Data type mismatch',
    `The text does not match the expected JSON data type ${type}.`,
  )
}

function unknownElement(element: string): Fault {
  return error(
    'INVALID_POLICY_ELEMENT',
    'Invalid policy element',
    `The policy element ${element} is not valid.`,
  )
}

function unsupportedCombination([one, other]: readonly [string, string]): Fault {
  return error(
    'UNSUPPORTED_ELEMENT_COMBINATION',
    'Unsupported element combination',
    `The policy elements ${one} and ${other} can not be used in the same statement. Remove one of these elements.`,
  )
}
