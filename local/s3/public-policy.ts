/**
 * Whether S3 calls a bucket policy public: it allows everyone, and no condition narrows that to fixed values.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status
 */
import type { ConditionValue, PolicyDocument, Statement } from '../policy/document.ts'

export function isPublicPolicy(policy: PolicyDocument): boolean {
  return [policy.Statement].flat().some(isPublicStatement)
}

function isPublicStatement(statement: Statement): boolean {
  if (statement.Effect !== 'Allow') return false
  if (statement.NotPrincipal !== undefined) return true
  return allowsEveryone(statement.Principal) && !isNarrowed(statement.Condition)
}

function allowsEveryone(principal: Statement['Principal']): boolean {
  if (principal === undefined) return false
  if (typeof principal === 'string') return true
  return [principal.AWS ?? []].flat().includes('*')
}

const NARROWING_KEYS: ReadonlySet<string> = new Set([
  'aws:principalorgid',
  'aws:principalorgpaths',
  'aws:principalaccount',
  'aws:principalarn',
  'aws:sourcearn',
  'aws:sourceaccount',
  'aws:sourceowner',
  'aws:sourceip',
  'aws:sourcevpc',
  'aws:sourcevpce',
  'aws:userid',
  's3:dataaccesspointarn',
  's3:dataaccesspointaccount',
])

const POSITIVE_OPERATOR = /^(StringEquals|StringEqualsIgnoreCase|StringLike|ArnEquals|ArnLike|IpAddress)$/

function isNarrowed(condition: Statement['Condition']): boolean {
  return Object.entries(condition ?? {}).some(
    ([operator, keys]) =>
      POSITIVE_OPERATOR.test(operator) &&
      Object.entries(keys).some(([key, value]) => NARROWING_KEYS.has(key.toLowerCase()) && isFixed(value)),
  )
}

function isFixed(value: ConditionValue): boolean {
  return [value].flat().every((one) => !/[*?]|^0\.0\.0\.0\/0$|^::\/0$/.test(String(one)))
}
