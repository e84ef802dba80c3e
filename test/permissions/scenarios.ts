import { createHostedZone } from '../../cli/local-stack.ts'
import { TARGET_ACCOUNT, ZONES_USER } from '../../cli/package-stack.ts'
import { SHARED_HOST } from '../../lib/aws/names.ts'
import { NO_LIMITS } from '../../lib/policy/guard-rails.ts'
import { changeCluster } from '../../lib/registry/cluster-record.ts'
import { readReplica } from '../../lib/registry/replicas.ts'
import { requestRole } from '../../lib/registry/request-role.ts'
import { parseFault } from '../../local/faults.ts'
import { tokenOfPod } from '../lib/api/token.ts'
import { nameAdopted } from '../workflow/adopted-resources.ts'
import { roleSession } from '../workflow/caller.ts'
import { setUpAsIrsaOperator } from '../workflow/foreign-issuers.ts'
import { clusterNamed, newKeys, type Pipeline, roleFor } from '../workflow/pipeline.ts'

/** With a cluster of a name that nothing else has. Rejects when it is called off. */
import {
  adopt,
  audit,
  deprovision,
  invoke,
  mend,
  provision,
  runEnded,
  sendAgain,
  until,
  withoutExecutionStatus,
} from './actions.ts'

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
