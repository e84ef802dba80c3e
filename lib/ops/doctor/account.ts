/** Whether IAM has what the tokens need, and whether there is room for more. Pure. */

import { canonicalPolicy } from '../../aws/policy.ts'
import { differencesBetween } from '../../difference.ts'
import { isUntold } from '../../explain/situation.ts'
import { issuerHost, providerArn } from '../../oidc/issuer.ts'
import type { ReplicaRecord } from '../../registry/replicas.ts'
import { roleNameOf } from '../../unsettled-roles.ts'
import type { ClusterSummary } from '../clusters.ts'
import { type Check, ok, untold, wrong } from './check.ts'
import type { Findings, QuotaFinding, RoleFinding } from './findings.ts'
import { nextRun } from './next-run.ts'

export function judgeRun({ summary }: Findings): Check {
  const { cluster, state, execution, lastError } = summary
  if (state === 'failed')
    return wrong(
      'run',
      `${execution} failed at ${lastError?.step}: ${lastError?.error}: ${lastError?.message}`,
      `${lastError?.remedy} Then irsa replay ${cluster}.`,
    )
  if (state === 'deleted')
    return ok('run', 'The cluster is deleted: its name and its issuer are kept for its account.')
  if (state === 'abandoned')
    return ok(
      'run',
      `The cluster is abandoned: ${summary.abandoned?.accounts.join(', ')} trusts its issuer still, whose host is kept.`,
    )
  if (state === 'deleting')
    return untold(
      'run',
      `The cluster is being deleted by ${execution}: nothing of it is expected to be there.`,
      `irsa cluster watch ${cluster}`,
    )
  if (state !== 'ready')
    return untold(
      'run',
      `${execution} is under way: what is not there yet may still come.`,
      `irsa cluster watch ${cluster}`,
    )
  return ok('run', 'No run is under way, and none has failed.')
}

/** ACM renews 45 days before the end, and the alarm on it comes at 40: serverless/observability.yml. */
const RENEWED_BY_DAYS = 40

export function judgeCertificate({ desired, summary, certificateDays }: Findings): Check {
  if (certificateDays === undefined)
    return wrong('certificate', 'No distribution of the cluster has a certificate of ACM.', nextRun(summary))
  if (isUntold(certificateDays)) return untold('certificate', `It cannot be told: ${certificateDays.untold}.`)
  const days = Math.floor(certificateDays.daysLeft)
  if (days >= RENEWED_BY_DAYS)
    return ok('certificate', `The distribution's certificate is valid for ${days} more days.`)
  return wrong(
    'certificate',
    days < 0 ? `It expired ${-days} days ago.` : `It ends in ${days} days, and ACM should have renewed it.`,
    `Look whether the CNAME record that validates it is still in the zone of ${issuerHost(desired.issuer)}. ${nextRun(summary)}`,
  )
}

/** In the cluster's account, and in others where roles trust it. */
export function judgeProviders(findings: Findings): readonly Check[] {
  const { desired, provider, replicas } = findings
  return [
    ...judgeProvider(findings, desired.accountId, provider),
    ...replicas.flatMap(({ replica, found }) => {
      const { accountId } = replica
      const checks = replica.error ? [unsettled(replica.error)] : judgeProvider(findings, accountId, found)
      return checks.map((check) => ({ ...check, about: `in ${accountId}` }))
    }),
  ]
}

function unsettled({ error, message, remedy }: NonNullable<ReplicaRecord['error']>): Check {
  return wrong('provider', `${error}: ${message}`, remedy)
}

function judgeProvider(
  { desired: { issuer, audiences }, partition, summary }: Findings,
  accountId: string,
  provider: Findings['provider'],
): readonly Check[] {
  if (isUntold(provider))
    return [
      untold(
        'provider',
        `It cannot be told: ${provider.untold}.`,
        `With credentials of account ${accountId}: aws iam get-open-id-connect-provider --open-id-connect-provider-arn ${providerArn(partition, accountId, issuer)}`,
      ),
    ]
  const again = nextRun(summary)
  if (provider === undefined)
    return [wrong('provider', `Account ${accountId} has no OIDC provider for ${issuer}.`, again)]
  if (provider.url !== issuer)
    return [
      wrong('provider', `Its URL is ${provider.url}, and tokens name ${issuer}.`, `Delete it. ${again}`),
    ]
  const missing = audiences.filter((audience) => !provider.clientIds.includes(audience))
  const strange = provider.clientIds.filter((audience) => !audiences.includes(audience))
  return [
    ok('provider', `Account ${accountId} has ${provider.arn}.`),
    missing.length + strange.length === 0
      ? ok('audiences', `The provider takes ${audiences.join(', ')}.`)
      : wrong(
          'audiences',
          [
            missing.length > 0 && `The provider does not take ${missing.join(', ')}.`,
            strange.length > 0 && `Nobody has announced ${strange.join(', ')}, which it takes.`,
          ]
            .filter(Boolean)
            .join(' '),
          again,
        ),
  ]
}

export function judgeRole(finding: RoleFinding, summary: ClusterSummary): Check {
  return { ...judged(finding, nextRun(summary)), about: roleNameOf(finding.role) }
}

function judged({ role, desired, found }: RoleFinding, again: string): Check {
  const { state, status } = role
  if (state === 'failed')
    return wrong('role', `${status?.error}: ${status?.message}`, status?.remedy ?? 'Look at irsa role show.')
  if (state !== 'ready' || desired === undefined)
    return untold('role', `It is ${state}: ${status?.message ?? 'nobody has settled it yet.'}`)
  if (isUntold(desired)) return untold('role', `What it shall be cannot be told: ${desired.untold}`)
  const { arn, trustPolicy } = desired
  if (isUntold(found))
    return untold(
      'role',
      `It cannot be told: ${found.untold}.`,
      `With credentials of account ${arn.split(':')[4]}: aws iam get-role --role-name ${arn.split('/').at(-1)}`,
    )
  if (found === undefined) return wrong('role', `There is no role ${arn}.`, again)
  if (found.arn !== arn)
    return wrong(
      'role',
      `Its name is that of another role, ${found.arn}.`,
      `Delete that one if nobody needs it. ${again}`,
    )
  const differences = differencesBetween(canonicalPolicy(trustPolicy), found.trustPolicy, 'trust policy')
  if (differences.length === 0) return ok('role', `${arn} trusts its service account.`)
  return wrong(
    'role',
    differences
      .map(
        ({ field, desired: wanted, observed }) =>
          `${field} is ${text(observed)} and shall be ${text(wanted)}`,
      )
      .join('; '),
    again,
  )
}

function text(value: unknown): string {
  return value === undefined ? 'missing' : JSON.stringify(value)
}

/** As the alarms have it. */
const MOST_OF_A_QUOTA = 0.8

export function judgeQuota({ name, use }: QuotaFinding): Check {
  return { ...judgedQuota(use), about: name }
}

function judgedQuota(use: QuotaFinding['use']): Check {
  if (isUntold(use)) return untold('quota', `It cannot be told: ${use.untold}.`)
  const words = `${use.used} of ${use.allowed} are used in the stack's account.`
  if (use.used <= use.allowed * MOST_OF_A_QUOTA) return ok('quota', words)
  return wrong('quota', words, 'Have the quota raised: docs/runbook.md has its code.')
}
