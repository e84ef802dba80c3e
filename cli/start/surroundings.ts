/** What is there before a cluster is announced: hosted zones, and the stack's templates in other accounts. */
import type { DesiredCluster } from '../../lib/cluster.ts'
import { isRecord } from '../../lib/is-record.ts'
import { createHostedZone, createHostedZoneIn } from '../local-stack.ts'
import { rollOutMemberAccount, rollOutZoneAccount } from '../member-account.ts'
import { SHARED_DOMAIN, TARGET_ACCOUNT, ZONES_ACCOUNT, ZONES_USER } from '../package-stack.ts'
import type { Reporter } from '../reporter.ts'

/** In the embedded AWS, for the cluster and for the roles that are asked for. */
export async function prepareSurroundings(
  { accountId, baseDomain, hosting }: DesiredCluster,
  requests: readonly unknown[],
  stackAccountId: string,
  reporter: Reporter,
): Promise<void> {
  if (hosting.type === 'shared') await createHostedZone(SHARED_DOMAIN)
  const areTargets = requests.some(
    (request) => isRecord(request) && request.targetAccountId === TARGET_ACCOUNT,
  )
  const members = new Set([accountId, ...(areTargets ? [TARGET_ACCOUNT] : [])])
  members.delete(stackAccountId)
  for (const member of members)
    await reporter.task(`Roll out member-account.yml to account ${member}`, () =>
      rollOutMemberAccount(member, stackAccountId),
    )
  if (baseDomain === undefined) return
  if (accountId !== ZONES_USER) return createHostedZone(baseDomain)
  await reporter.task(
    `Roll out zone-account.yml to account ${ZONES_ACCOUNT}, which has its hosted zone`,
    async () =>
      rollOutZoneAccount(ZONES_ACCOUNT, stackAccountId, [
        await createHostedZoneIn(ZONES_ACCOUNT, baseDomain),
      ]),
  )
}
