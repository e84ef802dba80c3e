/** What is wrong with a cluster as STS and a pod meet it, check by check. Pure: lib/ops/examine.ts has looked everything up. */

import { SHARED_HOST_TYPE } from '../cluster.ts'
import { isStepOf } from '../steps.ts'
import { judgeCertificate, judgeProviders, judgeQuota, judgeRole, judgeRun } from './doctor/account.ts'
import type { Check } from './doctor/check.ts'
import type { Findings } from './doctor/findings.ts'
import { isGoing, judgeAbandoned, judgeLeft } from './doctor/gone.ts'
import { judgeClusterKeys, judgeDiscovery, judgeDns, judgeKeys, judgeTls } from './doctor/issuer.ts'

export type { Check } from './doctor/check.ts'

/**
 * In the order in which a token meets them. Whatever is wrong, every check is made; but of a cluster that goes, or is gone, nothing is
 * expected to be there. The host that clusters share is no issuer itself.
 */
export function judgeCluster(findings: Findings): readonly Check[] {
  if (isGoing(findings.summary)) return [judgeRun(findings), ...findings.quotas.map(judgeQuota)]
  if (findings.summary.state === 'deleted') return [judgeRun(findings), ...judgeLeft(findings)]
  if (findings.summary.state === 'abandoned')
    return [judgeRun(findings), judgeDns(findings), ...judgeAbandoned(findings)]
  const { hosting } = findings.desired
  const host = [
    judgeRun(findings),
    judgeDns(findings),
    judgeTls(findings),
    ...(isStepOf(hosting, 'certificate') ? [judgeCertificate(findings)] : []),
  ]
  if (hosting.type === SHARED_HOST_TYPE) return [...host, ...findings.quotas.map(judgeQuota)]
  return [
    ...host,
    judgeDiscovery(findings),
    judgeKeys(findings),
    judgeClusterKeys(findings),
    ...judgeProviders(findings),
    ...findings.roles
      .filter(({ role }) => role.state !== 'removing')
      .map((role) => judgeRole(role, findings.summary)),
    ...findings.quotas.map(judgeQuota),
  ]
}

/** Of the cluster that another one migrates to: each check names it, and what is of the stack is left out. */
export function judgeCompanion(findings: Findings): readonly Check[] {
  return judgeCluster({ ...findings, quotas: [] }).map((check) => ({
    ...check,
    about: [findings.summary.cluster, check.about].filter((part) => part !== undefined).join(' '),
  }))
}
