/**
 * Trust policies are compiled, never written by hand or taken from input: no IAM condition can limit what a role's trust
 * says, so the guard is this input type. It can say "these service accounts, of this issuer, with this audience",
 * and nothing else.
 */
import { InvalidInput, PolicyTooLarge } from '../errors.ts'
import type { PolicyDocument, Statement } from '../policy/document.ts'
import { subjectFault, subjectPatternFault } from './subject.ts'

/** IAM's default quota "Role trust policy length"; it can be raised to 8,192. */
const DEFAULT_MAX_CHARACTERS = 2048

export interface Trust {
  /** `arn:<partition>:iam::<account>:oidc-provider/<issuerHostPath>` */
  readonly providerArn: string
  readonly issuerHostPath: string
  readonly audience: string
  /** Exact: `system:serviceaccount:<namespace>:<name>`. */
  readonly subjects: readonly string[]
  /** With `*` or `?`; only what the tenancy rules have admitted. */
  readonly subjectPatterns?: readonly string[]
}

/**
 * One statement per provider and audience, each with both conditions; the same trusts in any order give the same bytes.
 * `maxCharacters` is the account's quota. Throws PolicyTooLarge, and InvalidInput for what IAM would refuse or misread.
 */
export function compileTrustPolicy({
  trusts,
  maxCharacters = DEFAULT_MAX_CHARACTERS,
}: {
  readonly trusts: readonly Trust[]
  readonly maxCharacters?: number
}): PolicyDocument {
  if (trusts.length === 0) throw new InvalidInput('A trust policy needs at least one subject.')
  for (const trust of trusts) checkTrust(trust)
  const groups = Map.groupBy(trusts, (trust) => `${trust.providerArn} ${trust.audience}`)
  const sorted = [...groups].toSorted(([one], [other]) => (one < other ? -1 : 1))
  const policy: PolicyDocument = {
    Version: '2012-10-17',
    Statement: sorted.flatMap(([, [first, ...others]]) => (first ? [statementOf(first, others)] : [])),
  }
  const characters = JSON.stringify(policy).length
  if (characters > maxCharacters) throw new PolicyTooLarge('The trust policy', characters, maxCharacters)
  return policy
}

function checkTrust({ providerArn, issuerHostPath, audience, subjects, subjectPatterns = [] }: Trust): void {
  const [, hostPath] = /^arn:[a-z-]+:iam::\d{12}:oidc-provider\/([\w.~/-]+)$/.exec(providerArn) ?? []
  if (hostPath === undefined || hostPath !== issuerHostPath)
    throw new InvalidInput('The provider must be the OIDC provider of the issuer.')
  // In a condition's value `${…}` is a policy variable, even with StringEquals.
  if (!/^[!-~]{1,255}$/.test(audience) || audience.includes('$'))
    throw new InvalidInput('The audience must have 1 to 255 printable characters, none of them a space or $.')
  if (subjects.length + subjectPatterns.length === 0)
    throw new InvalidInput('A trust policy needs at least one subject.')
  const faults = [...subjects.map(subjectFault), ...subjectPatterns.map(subjectPatternFault)]
  const fault = faults.find((found) => found !== undefined)
  if (fault !== undefined) throw new InvalidInput(`The subject ${fault}.`)
}

/** `aud` is always exact. Subjects without wildcards mean the same with StringLike, so one wildcard makes no second statement. */
function statementOf(first: Trust, others: readonly Trust[]): Statement {
  const trusts = [first, ...others]
  const patterns = trusts.flatMap((trust) => trust.subjectPatterns ?? [])
  const subjects = [...new Set([...trusts.flatMap((trust) => trust.subjects), ...patterns])].toSorted()
  const aud = { [`${first.issuerHostPath}:aud`]: first.audience }
  const sub = { [`${first.issuerHostPath}:sub`]: oneOrAll(subjects) }
  return {
    Effect: 'Allow',
    Principal: { Federated: first.providerArn },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition:
      patterns.length > 0 ? { StringEquals: aud, StringLike: sub } : { StringEquals: { ...aud, ...sub } },
  }
}

function oneOrAll(sorted: readonly string[]): string | readonly string[] {
  const [only, ...more] = sorted
  return only !== undefined && more.length === 0 ? only : sorted
}
