/** `irsa status` */
import { Command } from 'commander'
import type { ClusterSummary } from '../../lib/ops/clusters.ts'
import type { FailedExecution } from '../../lib/ops/executions.ts'
import { readStatus, type StackStatus } from '../../lib/ops/status.ts'
import { type ConnectionOptions, connect } from './connection.ts'
import { fields, print, time, withExamples } from './output.ts'

export function statusCommand(): Command {
  const command = new Command('status')
    .description('what is wrong in the stack now, and what is under way')
    .action(async (_, self: Command) => {
      const options = self.optsWithGlobals<ConnectionOptions>()
      const deployed = await connect(options)
      const status = await readStatus(deployed, deployed.queues)
      print(options, status, () => statusText(deployed.stack.name, status))
      if (!isWell(status)) process.exitCode = 1
    })
  return withExamples(
    command,
    'irsa status --stage prod --region eu-west-1',
    'irsa status --endpoint-url http://127.0.0.1:4566',
    'irsa status > status.txt || mail -s "IRSA" oncall@example.com < status.txt',
    "irsa status --json | jq '.clusters.failed[].cluster'",
  )
}

/** What is under way, waits for somebody or was said to be so is as it should be. */
export function isWell({ clusters, roles, deadLetters, drifted, orphans }: StackStatus): boolean {
  const wrong = [clusters.failed, roles, drifted, orphans]
  return wrong.every(({ length }) => length === 0) && Object.values(deadLetters).every((count) => count === 0)
}

export function statusText(
  name: string,
  { clusters, roles, waiting, deadLetters, drifted, orphans }: StackStatus,
): string {
  const { ready, provisioning, deleting, failed, paused, abandoned } = clusters
  const summary = fields({
    Stack: name,
    Clusters: `${ready} ready, ${provisioning.length} provisioning, ${deleting.length} deleting, ${failed.length} failed, ${paused.length} paused, ${abandoned.length} abandoned`,
    Roles: `${roles.length} failed after their cluster was ready`,
    Approvals: `${waiting.length === 1 ? '1 request waits' : `${waiting.length} requests wait`}${waiting[0] ? `, the oldest since ${time(waiting[0].since)}` : ''}`,
    'Dead letters': Object.entries(deadLetters)
      .map(([queue, count]) => `${count} in ${queue}`)
      .join(', '),
  })
  return [
    summary,
    ...failed.map(failedText),
    ...roles.map(failedRoleText),
    ...drifted.map(
      (cluster) => `✖ ${cluster}: something is not as it was made\n    irsa cluster show ${cluster}`,
    ),
    ...orphans.map(
      ({ resource, id, cluster }) =>
        `✖ ${resource} ${id}: it has the tags of the stack and of cluster ${cluster}, which does not explain it`,
    ),
    ...waiting.map(
      ({ cluster, namespace, serviceAccount, since }) =>
        `… ${cluster} ${namespace}/${serviceAccount} waits for an approver since ${time(since)}`,
    ),
    ...paused.map(({ cluster }) => `‖ ${cluster} is paused\n    irsa cluster resume ${cluster}`),
    ...abandoned.map(
      ({ cluster, issuer, abandoned: how }) =>
        `○ ${cluster} is abandoned: ${how?.accounts.join(', ')} trusts ${issuer} still, so its host is kept\n    irsa cluster show ${cluster}`,
    ),
    ...[...provisioning, ...deleting].map(({ cluster, execution, isIssuerReady }) =>
      [
        `… ${cluster}: ${execution} is under way${isIssuerReady ? '; its issuer is ready' : ''}`,
        `    irsa cluster watch ${cluster}`,
      ].join('\n'),
    ),
  ].join('\n\n')
}

function failedText({ cluster, execution = '', workflow, lastError, isIssuerReady }: ClusterSummary): string {
  const provisioned = isIssuerReady
    ? 'its issuer is ready, roles may be missing'
    : 'its pods have no roles yet'
  const reach = workflow === 'deprovision' ? 'it is half deleted' : provisioned
  return [
    `✖ ${cluster}: ${execution} failed at ${lastError?.step} at ${time(lastError?.at)}; ${reach}`,
    `    ${lastError?.error}: ${lastError?.message}`,
    `    ${lastError?.remedy}`,
    `    irsa execution show ${execution}, then irsa replay ${cluster}`,
  ].join('\n')
}

function failedRoleText({ name, cluster, role, error, message, remedy }: FailedExecution): string {
  return [
    `✖ ${cluster} ${role?.namespace}/${role?.serviceAccount}: ${error}: ${message}`,
    `    ${remedy}`,
    `    irsa execution show ${name}, then irsa replay ${name}`,
  ].join('\n')
}
