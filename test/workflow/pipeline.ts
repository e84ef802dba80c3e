/** The packaged stack in an embedded AWS of its own, and what those who use it do: hooks, teams, operators. */
import { generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  EventBridgeClient,
  PutEventsCommand,
  PutPermissionCommand,
  PutRuleCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge'
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda'
import {
  DescribeExecutionCommand,
  type DescribeExecutionCommandOutput,
  RedriveExecutionCommand,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn'
import {
  CreateQueueCommand,
  type ReceiveMessageCommandOutput,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import { expect, vi } from 'vitest'
import { type DeployedStack, readDeployedStack } from '../../cli/deployed-stack.ts'
import { localEnvironment } from '../../cli/local-environment.ts'
import {
  administratorOf,
  createHostedZone,
  type LocalStack,
  type LocalStackOptions,
  startLocalStack,
} from '../../cli/local-stack.ts'
import { packageStack, REGION, STAGE } from '../../cli/package-stack.ts'
import { partitionOf } from '../../lib/aws/partitions.ts'
import { type ClusterRecord, readCluster, type Workflow } from '../../lib/registry/cluster-record.ts'
import { removeRole, requestRole } from '../../lib/registry/request-role.ts'
import { listRoleStatuses, type RoleStatus } from '../../lib/registry/roles.ts'
import { executionArn, machineArn, runArn } from '../../lib/runs.ts'
import type { Grant } from '../../local/policy/grants.ts'
import { documentsPastTheWire } from '../lib/registry/past-the-wire.ts'

export interface Pipeline extends LocalStack {
  readonly deployed: DeployedStack
  /** Puts an event on the bus, as the account (default: the stack's own). */
  readonly send: (detailType: string, detail: object, more?: SendOptions) => Promise<void>
  readonly announce: (detail: object, more?: SendOptions) => Promise<void>
  readonly request: (cluster: string, ...roles: readonly object[]) => Promise<void>
  /** Of the API, with the body as JSON. Unsigned, and so the administrator's, unless headers say otherwise. */
  readonly ask: (
    method: string,
    path: string,
    body?: object,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<Asked>
  readonly remove: (cluster: string, name: string, force?: boolean) => Promise<void>
  readonly cluster: (name: string) => Promise<ClusterRecord | undefined>
  /** Resolves when the run's execution is over, with what it came to. */
  readonly runEnded: (
    cluster: string,
    run?: number,
    workflow?: Workflow,
  ) => Promise<DescribeExecutionCommandOutput>
  /** Resolves when an audit of all clusters is over, which must succeed. */
  readonly audit: (input?: { readonly repair?: boolean }) => Promise<void>
  /** Of one of the stack's functions, as a schedule would; rejects when it fails. */
  readonly invoke: (name: string) => Promise<void>
  readonly redrive: (executionName: string, workflow?: Workflow) => Promise<void>
  /** By `<namespace>/<serviceAccount>`. */
  readonly roleStatuses: (cluster: string) => Promise<Readonly<Record<string, RoleStatus>>>
  /** Everything that was taken from the queue so far. */
  readonly messages: (queueUrl: string) => Promise<readonly unknown[]>
  /** What the pipeline has told, in the order of arrival. */
  readonly told: () => Promise<readonly Told[]>
}

export interface SendOptions {
  readonly account?: string
  readonly time?: Date
}

export interface Asked {
  readonly status: number
  readonly headers: Headers
  readonly body: string
}

export interface Told {
  readonly 'detail-type': string
  readonly detail: Readonly<Record<string, unknown>>
}

/** The stack's own. */
export const ACCOUNT = '000000000000'
/** That the account of the stack that tests share is in. */
export const ORGANIZATION = 'o-example1234'
export const DOMAIN = 'gaws.gigantic.io'

/** AWS's waits pass so fast that nobody waits, and its rates are as if there were none. */
const SPEED = 5_000

/** Files that share a process have the same port one after the other, so that clients of lib/ from an earlier one still speak to it. */
let port = 0

/** With a hosted zone for the domain. Clients of lib/ made in this file's process speak to it afterwards. */
export async function startPipeline(options: Partial<LocalStackOptions> = {}): Promise<Pipeline> {
  const noteGrants = process.env.IRSA_GRANTS !== undefined
  const local = await startLocalStack(await packageStack(), { speed: SPEED, port, noteGrants, ...options })
  const { region = REGION } = options
  port = Number(new URL(local.aws.endpoint).port)
  const environment = localEnvironment(local.aws.endpoint, region)
  const before = Object.keys(environment).map((name) => [name, process.env[name]] as const)
  Object.assign(process.env, environment)
  await createHostedZone(DOMAIN, region)
  const deployed = await readDeployedStack(STAGE, region)
  const sqs = new SQSClient({ region })
  const listening = await listen(sqs, local.outputs.EventBusName ?? '', region)
  const taken = new Map<string, unknown[]>()
  const principal = {
    kind: 'administrator',
    account: ACCOUNT,
    arn: `arn:${partitionOf(region).name}:iam::${ACCOUNT}:user/local`,
  } as const
  const call = { principal, region, requestId: 'asking' }
  /** What tests wait for they ask for so often that over HTTP it would take a tenth of the time. */
  const pastTheWire = <Output>(service: string, operation: string, input: object) =>
    local.aws.world.dispatch<Output>(service, operation, input, call)
  const documents = documentsPastTheWire(region, (operation, input) =>
    pastTheWire('dynamodb', operation, input),
  )
  const registry = { ...deployed.table, documents }

  async function send(detailType: string, detail: object, { account, time }: SendOptions = {}) {
    const client = new EventBridgeClient(administratorOf(account ?? ACCOUNT, region))
    const EventBusName = account === undefined ? local.outputs.EventBusName : local.outputs.EventBusArn
    const entry = { EventBusName, Source: 'test', DetailType: detailType, Detail: JSON.stringify(detail) }
    const Entries = [{ ...entry, ...(time && { Time: time }) }]
    expect((await client.send(new PutEventsCommand({ Entries }))).FailedEntryCount).toBe(0)
  }

  async function messages(QueueUrl: string): Promise<readonly unknown[]> {
    const all = taken.get(QueueUrl) ?? []
    taken.set(QueueUrl, all)
    for (;;) {
      const received = { QueueUrl, MaxNumberOfMessages: 10 }
      const { Messages = [] } = await pastTheWire<ReceiveMessageCommandOutput>(
        'sqs',
        'ReceiveMessage',
        received,
      )
      for (const { Body = '', ReceiptHandle } of Messages) {
        all.push(JSON.parse(Body))
        await pastTheWire('sqs', 'DeleteMessage', { QueueUrl, ReceiptHandle })
      }
      if (Messages.length === 0) return all
    }
  }

  async function executionEnded(arn: string): Promise<DescribeExecutionCommandOutput> {
    await vi.waitFor(async () => {
      const described = { executionArn: arn }
      const { status = '' } = await pastTheWire<DescribeExecutionCommandOutput>(
        'states',
        'DescribeExecution',
        described,
      )
      if (UNDER_WAY.has(status)) throw new Error(`${arn} goes on`)
    }, POLL)
    return deployed.sfn.send(new DescribeExecutionCommand({ executionArn: arn }))
  }

  return {
    ...local,
    async stop() {
      keepGrants(local.aws.grants.list())
      await local.stop()
      for (const [name, value] of before)
        if (value === undefined) delete process.env[name]
        else process.env[name] = value
    },
    deployed,
    send,
    announce: (detail, more) => send('Cluster Created', detail, more),
    async request(cluster, ...roles) {
      for (const request of roles) {
        const asked = { cluster, request, requestedBy: 'test', now: local.aws.clock.now() }
        await requestRole(deployed.table, deployed.stack, asked)
      }
    },
    async ask(method, path, body, headers = {}) {
      const sent = body && { body: JSON.stringify(body) }
      const type = body && { 'content-type': 'application/json' }
      const url = `${local.aws.endpoint}/api${path}`
      const response = await fetch(url, { method, headers: { ...type, ...headers }, ...sent })
      return { status: response.status, headers: response.headers, body: await response.text() }
    },
    async remove(cluster, name, force = false) {
      const [namespace = '', serviceAccount = ''] = name.split('/')
      const asked = { requestedBy: 'test', now: local.aws.clock.now(), force }
      await removeRole(deployed.table, cluster, { namespace, serviceAccount }, asked)
    },
    cluster: (name) => readCluster(registry, name),
    async runEnded(cluster, number = 1, workflow = 'provision') {
      const arn = runArn(deployed, cluster, { number, workflow })
      return executionEnded(arn)
    },
    async audit(input = {}) {
      const stateMachineArn = local.outputs.AuditClustersArn
      const command = new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input) })
      const { executionArn: arn = '' } = await deployed.sfn.send(command)
      const { status, cause } = await executionEnded(arn)
      expect({ status, cause }).toEqual({ status: 'SUCCEEDED', cause: undefined })
    },
    async invoke(name) {
      const invoked = new InvokeCommand({ FunctionName: `irsa-${STAGE}-${name}` })
      const { FunctionError, Payload } = await new LambdaClient({ region }).send(invoked)
      if (FunctionError !== undefined) throw new Error(Payload?.transformToString())
    },
    async redrive(name, workflow = 'provision') {
      const arn = executionArn(machineArn(deployed, workflow), name)
      await deployed.sfn.send(new RedriveExecutionCommand({ executionArn: arn }))
    },
    async roleStatuses(cluster) {
      const statuses: [string, RoleStatus][] = []
      for await (const status of listRoleStatuses(registry, cluster))
        statuses.push([`${status.namespace}/${status.serviceAccount}`, status])
      return Object.fromEntries(statuses)
    },
    messages,
    told: async () => (await messages(listening)) as readonly Told[],
  }
}

/**
 * The one of all files of this process that ask for it: each of them speaks of clusters of its own, which no other file names, and leaves nothing under
 * way; its tokens are issued by the stack's clock, which others may have moved. What was called, what was told and what came to a queue before is not there for it. It
 * goes with the process.
 */
export async function sharePipeline(): Promise<Pipeline> {
  shared ??= startPipeline({ organization: { id: ORGANIZATION, accounts: [ACCOUNT] } })
  const pipeline = await shared
  const { aws, outputs } = pipeline
  const queues = Object.values(outputs).filter((output) => output.startsWith(`${aws.endpoint}/${ACCOUNT}/`))
  const before = new Map<string, number>()
  for (const queueUrl of queues) before.set(queueUrl, (await pipeline.messages(queueUrl)).length)
  const toldBefore = (await pipeline.told()).length
  aws.calls.clear()
  const { testPath = '' } = expect.getState()
  const send: Pipeline['send'] = (detailType, detail, more) => {
    expect(claimed('cluster' in detail ? String(detail.cluster) : '', testPath)).toBe(testPath)
    return pipeline.send(detailType, detail, more)
  }
  return {
    ...pipeline,
    send,
    announce: (detail, more) => send('Cluster Created', detail, more),
    messages: async (queueUrl) => (await pipeline.messages(queueUrl)).slice(before.get(queueUrl) ?? 0),
    told: async () => (await pipeline.told()).slice(toldBefore),
    async stop() {
      aws.faults.clear()
      keepGrants(aws.grants.list())
    },
  }
}

let shared: Promise<Pipeline> | undefined
/** Whose a cluster's name is, by file. */
const claims = new Map<string, string>()

function claimed(cluster: string, by: string): string {
  const owner = claims.get(cluster) ?? by
  if (cluster !== '') claims.set(cluster, owner)
  return owner
}

// Vitest ends its processes so; with an exit what they keep in directories goes, too.
process.once('SIGTERM', () => process.exit())

/** As its owner would open the bus to another account. */
export async function letAccountSend({ outputs }: LocalStack, account: string): Promise<void> {
  const EventBusName = outputs.EventBusName
  const permission = { EventBusName, StatementId: account, Principal: account, Action: 'events:PutEvents' }
  await new EventBridgeClient({ region: REGION }).send(new PutPermissionCommand(permission))
}

const UNDER_WAY: ReadonlySet<string> = new Set(['RUNNING', 'PENDING_REDRIVE'])

/** For `expect.poll` and `vi.waitFor`. */
export const POLL = { timeout: 25_000, interval: 80 }

export interface Keys {
  readonly pem: string
  readonly privateKey: KeyObject
}

export function newKeys(): Keys {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return { pem: publicKey.export({ type: 'spki', format: 'pem' }).toString(), privateKey }
}

/** The detail of an event that is as it should be. */
export function clusterNamed(cluster: string, more: object = {}): object {
  return { cluster, baseDomain: `${cluster}.${DOMAIN}`, serviceAccountKeys: [newKeys().pem], ...more }
}

export function roleFor(namespace: string, serviceAccount: string, more: object = {}): object {
  const statements = [{ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::bucket/*' }]
  return { namespace, serviceAccount, policies: [{ statements }], ...more }
}

/** For the audit of permissions, if that is who runs the tests. */
function keepGrants(grants: readonly Grant[]): void {
  const directory = process.env.IRSA_GRANTS
  if (directory !== undefined) writeFileSync(join(directory, `${randomUUID()}.json`), JSON.stringify(grants))
}

/** A queue of everything that comes from the pipeline. */
async function listen(sqs: SQSClient, eventBusName: string, region: string): Promise<string> {
  const events = new EventBridgeClient({ region })
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: 'listening' }))
  const queueArn = `arn:${partitionOf(region).name}:sqs:${region}:${ACCOUNT}:listening`
  const rule = { EventBusName: eventBusName, Name: 'listening' }
  const EventPattern = JSON.stringify({ source: ['irsa.provisioner'] })
  const { RuleArn } = await events.send(new PutRuleCommand({ ...rule, EventPattern }))
  const Statement = {
    Effect: 'Allow',
    Principal: { Service: 'events.amazonaws.com' },
    Action: 'sqs:SendMessage',
    Resource: queueArn,
    Condition: { ArnEquals: { 'aws:SourceArn': RuleArn } },
  }
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement })
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }))
  const target = { Id: 'queue', Arn: queueArn }
  await events.send(new PutTargetsCommand({ EventBusName: eventBusName, Rule: rule.Name, Targets: [target] }))
  return QueueUrl
}
