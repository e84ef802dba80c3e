/** What scenarios are made of: what hooks, teams and operators do, and what is waited for. */
import { setTimeout as delay } from 'node:timers/promises'
import { DisableRuleCommand, EnableRuleCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge'
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { DeleteBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { StartExecutionCommand } from '@aws-sdk/client-sfn'
import { adoptingIn } from '../../cli/irsa/inspecting.ts'
import { REGION } from '../../cli/package-stack.ts'
import { adoptCluster } from '../../lib/ops/adopt.ts'
import { changeCluster, requireCluster } from '../../lib/registry/cluster-record.ts'
import { deleteItem } from '../../lib/registry/table.ts'
import { deleteVersions } from '../../lib/resources/bucket/versions.ts'
import { describeExecution, executionArn, executionName } from '../../lib/runs.ts'
import { setUpAsIrsaOperator, unblock } from '../workflow/foreign-issuers.ts'
import { clusterNamed, newKeys, type Pipeline, roleFor } from '../workflow/pipeline.ts'
import { tamper } from '../workflow/tamper.ts'

/** With a cluster of a name that nothing else has. Rejects when it is called off. */
export async function provision(
  pipeline: Pipeline,
  cluster: string,
  signal: AbortSignal,
  more: object = {},
): Promise<void> {
  await pipeline.announce(clusterNamed(cluster, { tags: { team: 'rocket' }, ...more }))
  await until(signal, async () => (await pipeline.cluster(cluster)) !== undefined)
  const policies = [{ arn: 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess' }]
  await pipeline.request(cluster, roleFor('shop', 'cart'), roleFor('shop', 'till', { policies }))
  await runEnded(pipeline, cluster, 1, signal)
  await pipeline.request(cluster, roleFor('shop', 'later'))
  await until(signal, async () => (await pipeline.roleStatuses(cluster))['shop/later']?.state === 'READY')
}

export async function deprovision(
  pipeline: Pipeline,
  cluster: string,
  signal: AbortSignal,
  more: object = {},
): Promise<void> {
  const policies = [{ arn: 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess' }]
  await pipeline.announce(clusterNamed(cluster, more))
  await until(signal, async () => (await pipeline.cluster(cluster)) !== undefined)
  await pipeline.request(cluster, roleFor('shop', 'cart', { policies }))
  await runEnded(pipeline, cluster, 1, signal)
  await pipeline.send('Cluster Deleted', { cluster })
  await until(signal, async () => (await pipeline.cluster(cluster))?.status === 'DELETING')
  await pipeline.announce(clusterNamed(cluster, more))
  await until(signal, async () => (await pipeline.cluster(cluster))?.status === 'READY')
}

/** The dead letter of a cluster's event, if there is one: the answer's status. */
export async function sendAgain(pipeline: Pipeline, cluster: string): Promise<number | undefined> {
  const { deadLetters = [] } = JSON.parse((await pipeline.ask('GET', '/dead-letters')).body)
  for (const { id, isReplayable } of deadLetters) {
    const isOfCluster = (await pipeline.ask('GET', `/dead-letters/${id}`)).body.includes(`"${cluster}"`)
    if (isReplayable && isOfCluster) return (await pipeline.ask('POST', `/dead-letters/${id}/replay`)).status
  }
  return undefined
}

export async function mend(
  pipeline: Pipeline,
  cluster: string,
  signal: AbortSignal,
  more: object = {},
): Promise<void> {
  const detail = clusterNamed(cluster, { tags: { team: 'rocket' }, ...more })
  await pipeline.announce(detail)
  await until(signal, async () => (await pipeline.cluster(cluster)) !== undefined)
  await pipeline.request(cluster, roleFor('shop', 'cart'))
  await runEnded(pipeline, cluster, 1, signal)
  // Not one that failed for want of a permission: that is told elsewhere.
  await until(signal, async () => (await pipeline.cluster(cluster))?.status === 'READY')
  await tamper(pipeline, cluster, `local_${cluster}_shop_cart`)
  await pipeline.announce({ ...detail, audiences: ['sts.amazonaws.com', 'vault'] })
  await runEnded(pipeline, cluster, 2, signal)
}

/** Drift is found, told, written down, mended and forgotten; so are things that no cluster explains. */
export async function audit(
  pipeline: Pipeline,
  cluster: string,
  signal: AbortSignal,
  more: object = {},
): Promise<void> {
  const { table } = pipeline.deployed
  await pipeline.announce(clusterNamed(cluster, { tags: { team: 'rocket' }, ...more }))
  await until(signal, async () => (await pipeline.cluster(cluster)) !== undefined)
  await pipeline.request(cluster, roleFor('shop', 'cart'))
  await until(signal, async () => (await pipeline.cluster(cluster))?.status === 'READY')
  await until(signal, async () => (await pipeline.roleStatuses(cluster))['shop/cart']?.state === 'READY')
  await tamper(pipeline, cluster, `local_${cluster}_shop_cart`)
  await look(pipeline, signal)
  await until(signal, async () => (await pipeline.cluster(cluster))?.run === undefined)
  await look(pipeline, signal)
  const record = await requireCluster(table, cluster)
  await deleteItem(table, { pk: `CLUSTER#${cluster}`, sk: 'CLUSTER' })
  await look(pipeline, signal)
  await changeCluster(table, cluster, () => record)
  await look(pipeline, signal)
}

/** At all clusters, once; what it finds is mended. */
export async function look({ deployed: { sfn }, outputs }: Pipeline, signal: AbortSignal): Promise<void> {
  const stateMachineArn = outputs.AuditClustersArn
  const input = JSON.stringify({ repair: true })
  const { executionArn = '' } = await sfn.send(new StartExecutionCommand({ stateMachineArn, input }))
  await until(signal, async () => (await describeExecution({ sfn }, executionArn))?.status !== 'RUNNING')
}

/** What others set up is taken over, found without a record of it, made anew when it is gone, and deleted. */
export async function adopt(pipeline: Pipeline, cluster: string, signal: AbortSignal): Promise<void> {
  const { audit, now, stack, table } = pipeline.deployed
  const isIdle = async () => {
    const record = await pipeline.cluster(cluster)
    return record?.status === 'READY' && record.run === undefined
  }
  const keys = newKeys()
  const { arns, bucket } = await setUpAsIrsaOperator(cluster, [keys])
  await unblock(bucket)
  signal.throwIfAborted()
  const adopting = { ...adoptingIn(pipeline.deployed), audit, now, who: 'test' }
  await adoptCluster(adopting, cluster, clusterNamed(cluster, { serviceAccountKeys: [keys.pem] }), arns)
  await until(signal, isIdle)
  const record = await requireCluster(table, cluster)
  await deleteItem(table, { pk: `CLUSTER#${cluster}`, sk: 'CLUSTER' })
  await look(pipeline, signal)
  await changeCluster(table, cluster, () => record)
  const s3 = new S3Client({ region: REGION })
  const address = { Bucket: bucket, ExpectedBucketOwner: stack.accountId }
  await deleteVersions(s3, address)
  await s3.send(new DeleteBucketCommand(address))
  await look(pipeline, signal)
  await until(signal, isIdle)
  await pipeline.send('Cluster Deleted', { cluster })
  await until(signal, async () => (await pipeline.cluster(cluster))?.status === 'DELETED')
}

/** The event of a run's end is lost. */
export async function withoutExecutionStatus(act: () => Promise<void>): Promise<void> {
  const eventBridge = new EventBridgeClient({ region: REGION })
  const rule = { Name: 'irsa-local-execution-status-rule-1' }
  await eventBridge.send(new DisableRuleCommand(rule))
  try {
    await act()
  } finally {
    await eventBridge.send(new EnableRuleCommand(rule))
  }
}

/** What runs on a schedule. */
export async function invoke(name: string): Promise<void> {
  await new LambdaClient({ region: REGION }).send(new InvokeCommand({ FunctionName: `irsa-local-${name}` }))
}

export async function runEnded(
  pipeline: Pipeline,
  cluster: string,
  run: number,
  signal: AbortSignal,
): Promise<void> {
  const { deployed } = pipeline
  const arn = executionArn(deployed.stateMachineArn, executionName(cluster, run))
  await until(signal, async () => {
    const execution = await describeExecution(deployed, arn)
    return execution !== undefined && execution.status !== 'RUNNING'
  })
}

export async function until(signal: AbortSignal, isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await delay(20, undefined, { signal })
}
