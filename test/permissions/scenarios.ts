/** Short workflows that between them make every function do everything that it can. */
import { setTimeout as delay } from 'node:timers/promises'
import { DisableRuleCommand, EnableRuleCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge'
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { DeleteBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { StartExecutionCommand } from '@aws-sdk/client-sfn'
import { adoptingIn } from '../../cli/irsa/inspecting.ts'
import { createHostedZone } from '../../cli/local-stack.ts'
import { REGION, TARGET_ACCOUNT, ZONES_USER } from '../../cli/package-stack.ts'
import { SHARED_HOST } from '../../lib/aws/names.ts'
import { adoptCluster } from '../../lib/ops/adopt.ts'
import { NO_LIMITS } from '../../lib/policy/guard-rails.ts'
import { changeCluster, requireCluster } from '../../lib/registry/cluster-record.ts'
import { readReplica } from '../../lib/registry/replicas.ts'
import { requestRole } from '../../lib/registry/request-role.ts'
import { deleteItem } from '../../lib/registry/table.ts'
import { deleteVersions } from '../../lib/resources/bucket/versions.ts'
import { describeExecution, executionArn, executionName } from '../../lib/runs.ts'
import { parseFault } from '../../local/faults.ts'
import { tokenOfPod } from '../lib/api/token.ts'
import { nameAdopted } from '../workflow/adopted-resources.ts'
import { roleSession } from '../workflow/caller.ts'
import { setUpAsIrsaOperator, unblock } from '../workflow/foreign-issuers.ts'
import { clusterNamed, newKeys, type Pipeline, roleFor } from '../workflow/pipeline.ts'
import { tamper } from '../workflow/tamper.ts'

/** With a cluster of a name that nothing else has. Rejects when it is called off. */
export type Scenario = (pipeline: Pipeline, cluster: string, signal: AbortSignal) => Promise<void>

/** An account other than the stack's, with a provisioner role. */
export const MEMBER = '111122223333'
/** Of a hosted zone in another account, which clusters of one account may be in. */
export const ABROAD = 'abroad.example.net'
/** The same; roles may be asked for in it. */
export const TARGET = TARGET_ACCOUNT

export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  provision,

  async remove(pipeline, cluster, signal) {
    const policies = [{ arn: 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess' }]
    await pipeline.announce(clusterNamed(cluster))
    await until(signal, async () => (await pipeline.cluster(cluster)) !== undefined)
    await pipeline.request(cluster, roleFor('shop', 'cart'), roleFor('shop', 'till', { policies }))
    await runEnded(pipeline, cluster, 1, signal)
    await pipeline.remove(cluster, 'shop/cart')
    await pipeline.remove(cluster, 'shop/till')
    await until(signal, async () => Object.keys(await pipeline.roleStatuses(cluster)).length === 0)
  },

  deprovision,

  'deprovision-member': (pipeline, cluster, signal) =>
    deprovision(pipeline, cluster, signal, { accountId: MEMBER }),

  /** A removal that fails is told of, and goes on by another event; what the bus missed the sweep finds. */
  async again(pipeline, cluster, signal) {
    await pipeline.announce(clusterNamed(cluster))
    await until(signal, async () => (await pipeline.cluster(cluster))?.status === 'READY')
    pipeline.aws.faults.add(parseFault('iam.DeleteOpenIDConnectProvider:before:AccessDenied:1000'))
    await pipeline.send('Cluster Deleted', { cluster })
    await until(signal, async () => (await pipeline.cluster(cluster))?.run?.state === 'FAILED')
    pipeline.aws.faults.clear()
    await invoke('sweep')
    await pipeline.send('Cluster Deleted', { cluster })
    await until(signal, async () => (await pipeline.cluster(cluster))?.status === 'DELETED')
  },

  /** One whose recorded run could not be started. */
  async missed(pipeline, cluster, signal) {
    await pipeline.announce(clusterNamed(cluster))
    await until(signal, async () => (await pipeline.cluster(cluster))?.status === 'READY')
    pipeline.aws.faults.add(parseFault('states.StartExecution:before:ServiceUnavailable:9'))
    await pipeline.send('Cluster Deleted', { cluster })
    await until(signal, async () => pipeline.aws.faults.unspent().length === 0)
    await invoke('sweep')
    await until(signal, async () => (await pipeline.cluster(cluster))?.status === 'DELETED')
  },

  async refuse(pipeline, cluster, signal) {
    await pipeline.announce({ cluster })
    const letters = () => pipeline.messages(pipeline.outputs.DeadLettersUrl ?? '')
    await until(signal, async () => JSON.stringify(await letters()).includes(`"${cluster}"`))
  },

  mend,

  'provision-member': (pipeline, cluster, signal) =>
    provision(pipeline, cluster, signal, { accountId: MEMBER }),

  'mend-member': (pipeline, cluster, signal) => mend(pipeline, cluster, signal, { accountId: MEMBER }),

  async recover(pipeline, cluster, signal) {
    const baseDomain = `${cluster}.example.org`
    const detail = clusterNamed(cluster, { baseDomain })
    await pipeline.announce(detail)
    await until(signal, async () => (await pipeline.cluster(cluster))?.run?.state === 'FAILED')
    await createHostedZone(baseDomain)
    await pipeline.announce(detail)
    await until(signal, async () => (await pipeline.cluster(cluster))?.status === 'READY')
  },

  async trust(pipeline, cluster, signal) {
    const other = `${cluster}-other`
    const baseDomain = `${other}.example.org`
    const detail = clusterNamed(other, { baseDomain })
    await pipeline.announce(clusterNamed(cluster))
    await pipeline.announce(detail)
    await until(signal, async () => (await pipeline.cluster(cluster))?.status === 'READY')
    await until(signal, async () => (await pipeline.cluster(other))?.run?.state === 'FAILED')
    const subjects = [{ cluster: other, namespace: 'shop', serviceAccount: 'cart' }]
    await pipeline.request(cluster, roleFor('shop', 'cart', { subjects }))
    await until(signal, async () => (await pipeline.roleStatuses(cluster))['shop/cart']?.state === 'WAITING')
    await createHostedZone(baseDomain)
    await pipeline.announce(detail)
    await until(signal, async () => (await pipeline.roleStatuses(cluster))['shop/cart']?.state === 'READY')
  },

  /** A role in another account, and its provider: asked for in time, asked for later, given up. */
  async elsewhere(pipeline, cluster, signal) {
    const more = { targetAccountId: TARGET }
    const isLeft = () => readReplica(pipeline.deployed.table, { cluster, accountId: TARGET })
    await pipeline.announce(clusterNamed(cluster))
    await until(signal, async () => (await pipeline.cluster(cluster)) !== undefined)
    await pipeline.request(cluster, roleFor('shop', 'cart', more))
    await until(signal, async () => (await pipeline.cluster(cluster))?.status === 'READY')
    await pipeline.remove(cluster, 'shop/cart')
    await until(signal, async () => (await isLeft()) === undefined)
    await pipeline.request(cluster, roleFor('shop', 'till', more))
    await until(signal, async () => (await pipeline.roleStatuses(cluster))['shop/till']?.state === 'READY')
  },

  async ask(pipeline, cluster, signal) {
    await pipeline.announce(clusterNamed(cluster))
    await until(signal, async () => (await pipeline.cluster(cluster)) !== undefined)
    await pipeline.ask('GET', '/clusters')
    await pipeline.ask('PUT', `/clusters/${cluster}/roles/shop/cart`, { policies: [] })
    const team = `${cluster}-team`
    const rule = {
      principals: [`iam:arn:aws:iam::000000000000:role/${team}`],
      clusters: [cluster],
      namespaces: ['*'],
      catalogue: ['s3-read'],
    }
    await pipeline.ask('PUT', `/tenants/${cluster}`, { rules: [rule] })
    const headers = await roleSession(pipeline, team)
    for (const bucket of ['golem-a', 'golem-b']) {
      const policies = [{ catalogue: 's3-read', parameters: { bucket } }]
      await pipeline.ask('PUT', `/clusters/${cluster}/roles/shop/till`, { policies }, headers)
    }
    await pipeline.ask('DELETE', `/tenants/${cluster}`)
    for (const subject of [`tenant=${cluster}`, `cluster=${cluster}`, 'day=2026-01-31'])
      await pipeline.ask('GET', `/audit?${subject}`)
  },

  /** A tenant's role, which has a place among the tenant's, is changed and goes. */
  async quota(pipeline, cluster, signal) {
    const { table, stack } = pipeline.deployed
    await pipeline.announce(clusterNamed(cluster))
    await until(signal, async () => (await pipeline.cluster(cluster))?.status === 'READY')
    const admit = () => [{ tenant: cluster, guardRails: NO_LIMITS }] as const
    const asked = { cluster, requestedBy: 'test', now: pipeline.aws.clock.now(), admit }
    await requestRole(table, stack, { ...asked, request: roleFor('shop', 'cart') })
    await pipeline.ask('PUT', `/clusters/${cluster}/roles/shop/cart`, { policies: [], description: 'x' })
    await pipeline.remove(cluster, 'shop/cart')
    await until(signal, async () => Object.keys(await pipeline.roleStatuses(cluster)).length === 0)
    await until(
      signal,
      async () => (await pipeline.ask('GET', `/clusters/${cluster}/roles/shop/cart`)).status === 404,
    )
  },

  async rotate(pipeline, cluster, signal) {
    await pipeline.announce(clusterNamed(cluster))
    await until(signal, async () => (await pipeline.cluster(cluster))?.status === 'READY')
    const serviceAccountKeys = [newKeys().pem]
    await pipeline.send('Cluster Keys Changed', { cluster, serviceAccountKeys })
    await runEnded(pipeline, cluster, 2, signal)
    await pipeline.ask('PUT', `/clusters/${cluster}/keys`, { serviceAccountKeys: [newKeys().pem] })
    await runEnded(pipeline, cluster, 3, signal)
    const isIdle = async () => (await pipeline.cluster(cluster))?.run === undefined
    await until(signal, isIdle)
    const longAgo = new Date(0).toISOString()
    await changeCluster(pipeline.deployed.table, cluster, (known) => {
      const passed = known?.keyTimes?.map(({ retireAfter, ...times }) => ({
        ...times,
        firstPublished: longAgo,
        ...(retireAfter !== undefined && { retireAfter: longAgo }),
      }))
      return known && passed && { ...known, keyTimes: passed }
    })
    await invoke('sweep')
    await until(signal, async () => (await pipeline.cluster(cluster))?.keys.length === 1)
  },

  /** On the host of several; others may use it when this one asks to have it removed. */
  async share(pipeline, cluster, signal) {
    const hosting = { type: 'shared' }
    await pipeline.announce({ cluster, hosting, serviceAccountKeys: [newKeys().pem] })
    await until(signal, async () => (await pipeline.cluster(cluster))?.status === 'READY')
    await pipeline.send('Cluster Keys Changed', { cluster, serviceAccountKeys: [newKeys().pem] })
    await runEnded(pipeline, cluster, 2, signal)
    await pipeline.send('Cluster Deleted', { cluster })
    await until(signal, async () => (await pipeline.cluster(cluster))?.status === 'DELETED')
    await pipeline.send('Cluster Deleted', { cluster: SHARED_HOST })
    const isAnswered = async () =>
      (await pipeline.cluster(SHARED_HOST))?.removal !== undefined ||
      JSON.stringify(await pipeline.messages(pipeline.outputs.DeadLettersUrl ?? '')).includes(SHARED_HOST)
    await until(signal, isAnswered)
  },

  /** What operators do through the API. */
  async operate(pipeline, cluster, signal) {
    const baseDomain = `${cluster}.example.org`
    const detail = clusterNamed(cluster, { baseDomain })
    const isReady = async () => (await pipeline.cluster(cluster))?.status === 'READY'
    await pipeline.announce(detail)
    await until(signal, async () => (await pipeline.cluster(cluster))?.run?.state === 'FAILED')
    await pipeline.ask('GET', '/executions?status=FAILED')
    await createHostedZone(baseDomain)
    await pipeline.ask('POST', `/executions/${cluster}-1/replay`)
    await until(signal, isReady)
    await pipeline.request(cluster, roleFor('shop', 'cart'))
    await until(signal, async () => (await pipeline.roleStatuses(cluster))['shop/cart']?.state === 'READY')
    const { roleArn } = (await pipeline.roleStatuses(cluster))['shop/cart'] ?? {}
    await pipeline.ask('POST', '/explain', { token: tokenOfPod(`https://irsa.${baseDomain}`), roleArn })
    await pipeline.ask('PUT', `/clusters/${cluster}/pause`)
    await pipeline.ask('DELETE', `/clusters/${cluster}/pause`)
    await until(signal, async () => (await pipeline.cluster(cluster))?.run === undefined)
    pipeline.aws.faults.add(parseFault('states.StartExecution:before:ServiceUnavailable:9'))
    await pipeline.announce({ ...detail, tags: { team: 'rocket' } })
    await until(signal, async () => (await sendAgain(pipeline, cluster)) === 202)
    await until(signal, async () => (await pipeline.cluster(cluster))?.run === undefined)
  },

  async sweep(pipeline, cluster, signal) {
    pipeline.aws.faults.add(parseFault('states.StartExecution:before:ServiceUnavailable:9'))
    await pipeline.announce(clusterNamed(cluster, { baseDomain: `${cluster}.example.org` }))
    await until(signal, async () => pipeline.aws.faults.unspent().length === 0)
    await withoutExecutionStatus(async () => {
      await invoke('sweep')
      await runEnded(pipeline, cluster, 1, signal)
      await invoke('sweep')
    })
  },

  audit,

  'audit-member': (pipeline, cluster, signal) => audit(pipeline, cluster, signal, { accountId: MEMBER }),

  'audit-adopted': adopt,

  /** By the API; its run fails, and goes on when the same is confirmed again. */
  async adopt(pipeline, cluster, signal) {
    const keys = newKeys()
    const { arns: resources } = await setUpAsIrsaOperator(cluster, [keys])
    await nameAdopted(resources.slice(1))
    const path = `/clusters/${cluster}/adopt`
    const detail = clusterNamed(cluster, { serviceAccountKeys: [keys.pem] })
    pipeline.aws.faults.add(parseFault('cloudfront.UpdateDistribution:before:AccessDenied:1000'))
    await pipeline.ask('POST', path, { event: { detailType: 'Cluster Created', detail }, resources })
    await until(signal, async () => (await pipeline.cluster(cluster))?.run?.state === 'FAILED')
    pipeline.aws.faults.clear()
    await pipeline.request(cluster, roleFor('shop', 'cart'))
    await pipeline.ask('POST', path, { resources })
    await until(signal, async () => (await pipeline.roleStatuses(cluster))['shop/cart']?.state === 'READY')
    await pipeline.ask('POST', path)
  },

  /** A cluster whose zone is in another account. */
  async abroad(pipeline, cluster, signal) {
    const place = { accountId: ZONES_USER, baseDomain: `${cluster}.${ABROAD}` }
    await pipeline.announce(clusterNamed(cluster, place))
    await until(signal, async () => (await pipeline.cluster(cluster))?.status === 'READY')
    await pipeline.ask('POST', `/clusters/${cluster}/plan`, {})
  },

  async measure(pipeline, cluster, signal) {
    await pipeline.announce(clusterNamed(cluster))
    await until(signal, async () => (await pipeline.cluster(cluster))?.status === 'READY')
    await invoke('measure')
  },
}

async function provision(
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

async function deprovision(
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
async function sendAgain(pipeline: Pipeline, cluster: string): Promise<number | undefined> {
  const { deadLetters = [] } = JSON.parse((await pipeline.ask('GET', '/dead-letters')).body)
  for (const { id, isReplayable } of deadLetters) {
    const isOfCluster = (await pipeline.ask('GET', `/dead-letters/${id}`)).body.includes(`"${cluster}"`)
    if (isReplayable && isOfCluster) return (await pipeline.ask('POST', `/dead-letters/${id}/replay`)).status
  }
  return undefined
}

async function mend(
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
async function audit(
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
async function look({ deployed: { sfn }, outputs }: Pipeline, signal: AbortSignal): Promise<void> {
  const stateMachineArn = outputs.AuditClustersArn
  const input = JSON.stringify({ repair: true })
  const { executionArn = '' } = await sfn.send(new StartExecutionCommand({ stateMachineArn, input }))
  await until(signal, async () => (await describeExecution({ sfn }, executionArn))?.status !== 'RUNNING')
}

/** What others set up is taken over, found without a record of it, made anew when it is gone, and deleted. */
async function adopt(pipeline: Pipeline, cluster: string, signal: AbortSignal): Promise<void> {
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
async function withoutExecutionStatus(act: () => Promise<void>): Promise<void> {
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
async function invoke(name: string): Promise<void> {
  await new LambdaClient({ region: REGION }).send(new InvokeCommand({ FunctionName: `irsa-local-${name}` }))
}

async function runEnded(
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

async function until(signal: AbortSignal, isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await delay(20, undefined, { signal })
}
