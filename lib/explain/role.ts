/** Whether the role trusts who the token is of. Pure. */
import { partitionOf } from '../aws/partitions.ts'
import type { Unmet } from './conditions.ts'
import type { ContextValues } from './patterns.ts'
import {
  isUntold,
  type Judged,
  type Provider,
  passes,
  refuses,
  type Situation,
  unknown,
} from './situation.ts'
import { audienceOf, type Claims } from './token.ts'
import { applies, judgeTrust, type StatementVerdict } from './trust.ts'

export function judgeRole({ role, roleArn, region }: Situation): Judged {
  const remedy = 'Take the ARN from irsa role show, and request the role if nobody has.'
  if (isUntold(role)) return unknown('role', `Whether ${roleArn} exists cannot be told: ${role.untold}.`)
  if (role === undefined) return refuses('role', 'AccessDenied', `There is no role ${roleArn}.`, remedy)
  const partition = partitionOf(region).name
  if (roleArn.split(':')[1] !== partition)
    return refuses(
      'role',
      'AccessDenied',
      `The role is not of the partition ${partition} of ${region}.`,
      remedy,
    )
  return passes('role', `The role ${roleArn} exists.`)
}

export function judgeTrustPolicy({ role, provider, region }: Situation, claims: Claims): Judged {
  if (isUntold(role) || isUntold(provider))
    return unknown('trust', 'What the trust policy says cannot be told.')
  if (role === undefined) return unknown('trust', 'Without a role there is no trust policy.')
  if (provider === undefined) return unknown('trust', 'Without a provider the trust policy cannot name it.')
  const { decision, statements } = judgeTrust(
    role.trustPolicy,
    provider.arn,
    contextOf(provider, claims, region),
  )
  if (decision === 'allowed') return passes('trust', 'The trust policy allows it.')
  if (decision === 'unknown')
    return unknown('trust', `Only AWS can tell. ${statementsWords(statements, provider.arn)}`)
  return refuses(
    'trust',
    'AccessDenied',
    decision === 'denied' ? deniedWords(statements) : statementsWords(statements, provider.arn),
    'Ask for the role of this service account (irsa role show), or request one. If somebody has changed it by hand, the next run puts it right.',
  )
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif */
function contextOf({ url }: Provider, claims: Claims, region: string): ContextValues {
  const prefix = url.replace(/^https:\/\//, '')
  const { sub, amr, email, aud } = claims
  const keys = { aud: audienceOf(claims), sub, amr, email, oaud: aud }
  const mapped = Object.entries(keys).map(([name, value]) => [`${prefix}:${name}`, value] as const)
  const all = [
    ...mapped,
    ['aws:RequestedRegion', region],
    ['aws:SecureTransport', 'true'],
    ['sts:RoleAuthorizedByIdp', 'false'],
  ] as const
  return new Map(
    all.flatMap(([key, value]) =>
      value === undefined ? [] : [[key.toLowerCase(), [value].flat()] as const],
    ),
  )
}

function deniedWords(statements: readonly StatementVerdict[]): string {
  const denying = statements.find((statement) => statement.effect === 'Deny' && applies(statement) === 'yes')
  return `Statement ${denying?.number} of the trust policy denies it.`
}

function statementsWords(statements: readonly StatementVerdict[], providerArn: string): string {
  const about = statements.filter(({ effect, isAbout }) => effect === 'Allow' && isAbout)
  if (about.length === 0)
    return `No statement of the trust policy allows sts:AssumeRoleWithWebIdentity to ${providerArn}.`
  return about
    .map(({ number, unmet }) => `Statement ${number}: ${unmet.map(unmetWords).join('; ')}.`)
    .join(' ')
}

function unmetWords({ operator, key, wanted, actual, isUnknown }: Unmet): string {
  if (isUnknown) return `${operator} on ${key} is not known here`
  const has = actual === undefined ? 'the request has none' : `it is ${actual.join(', ')}`
  return `${operator} wants ${key} to be ${wanted.join(' or ')}, and ${has}`
}
