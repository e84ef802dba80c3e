/** What is wrong with a cluster as STS and a pod meet it, check by check. Pure: lib/ops/examine.ts has looked everything up. */
import { judgeCertificate, judgeProvider, judgeQuota, judgeRole, judgeRun } from './doctor/account.ts'
import type { Check } from './doctor/check.ts'
import type { Findings } from './doctor/findings.ts'
import { judgeClusterKeys, judgeDiscovery, judgeDns, judgeKeys, judgeTls } from './doctor/issuer.ts'

export type { Check } from './doctor/check.ts'

/** In the order in which a token meets them. Whatever is wrong, every check is made. */
export function judgeCluster(findings: Findings): readonly Check[] {
  return [
    judgeRun(findings),
    judgeDns(findings),
    judgeTls(findings),
    judgeCertificate(findings),
    judgeDiscovery(findings),
    judgeKeys(findings),
    judgeClusterKeys(findings),
    ...judgeProvider(findings),
    ...findings.roles.map((role) => judgeRole(role, findings.summary)),
    ...findings.quotas.map(judgeQuota),
  ]
}
