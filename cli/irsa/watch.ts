/** Follows the run of a cluster, step by step; of one that has just been taken over, the next one as well. */
import { type ClusterSummary, readClusterDetail } from '../../lib/ops/clusters.ts'
import { executionArn, machineArn } from '../../lib/runs.ts'
import { REMOVAL_STEPS, STEPS } from '../../lib/steps.ts'
import type { DeployedStack } from '../deployed-stack.ts'
import { executionEvents } from '../execution-events.ts'
import { silentReporter, terminalReporter } from '../reporter.ts'
import { trackRun } from '../start/run-progress.ts'
import type { ConnectionOptions } from './connection.ts'

/** Nothing when no run works on it, or none will before it is resumed. Rejects with RunFailed. */
export async function watch(
  deployed: DeployedStack,
  summary: ClusterSummary,
  options: ConnectionOptions,
): Promise<void> {
  await watchRun(deployed, summary, options)
  if (!summary.isOpen) return
  const next = await readClusterDetail(deployed.table, summary.cluster, deployed.now())
  if (next.execution !== summary.execution) await watch(deployed, next, options)
}

async function watchRun(
  deployed: DeployedStack,
  { state, execution, workflow }: ClusterSummary,
  { json }: ConnectionOptions,
): Promise<void> {
  if (state === 'paused' || execution === undefined || workflow === undefined) return
  const arn = executionArn(machineArn(deployed, workflow), execution)
  const progress = trackRun(executionEvents(deployed.sfn, arn))
  const reporter = json ? silentReporter : terminalReporter()
  const steps = workflow === 'deprovision' ? REMOVAL_STEPS : STEPS
  for (const step of steps) await reporter.task(step, (tell) => progress.follow(step, tell))
}
