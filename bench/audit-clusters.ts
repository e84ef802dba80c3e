/**
 * One audit of many clusters, dedicated ones, half of them in an account of their own: how long it takes, and which calls. `npm run bench:audit`, with
 * `-- 1000` for as many. Making them takes the most of the time.
 */
import { generateKeyPairSync } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { EventBridgeClient, PutEventsCommand, PutPermissionCommand } from '@aws-sdk/client-eventbridge'
import { DescribeExecutionCommand, StartExecutionCommand } from '@aws-sdk/client-sfn'
import { type DeployedStack, readDeployedStack } from '../cli/deployed-stack.ts'
import { localEnvironment } from '../cli/local-environment.ts'
import { administratorOf, createHostedZone, type LocalStack, startLocalStack } from '../cli/local-stack.ts'
import { rollOutMemberAccount } from '../cli/member-account.ts'
import { packageStack, REGION, STAGE } from '../cli/package-stack.ts'
import { readCluster } from '../lib/registry/cluster-record.ts'
import type { CallRecord } from '../local/calls.ts'

const CLUSTERS = Number(process.argv[2] ?? 100)
const DOMAIN = 'bench.example.org'
const ACCOUNTS = ['000000000000', '111122223333'] as const
const [OWN, MEMBER] = ACCOUNTS
const SPEED = 5_000
/** AWS raises them for who asks. */
const QUOTAS = {
  'iam:oidc-providers': 700,
  'cloudfront:distributions': 2000,
  'cloudfront:distributions-per-origin-access-control': 2000,
}
/** Clusters that are made at once. */
const AT_ONCE = 8

const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString()

const local = await startLocalStack(await packageStack(), { speed: SPEED, quotas: QUOTAS })
try {
  Object.assign(process.env, localEnvironment(local.aws.endpoint))
  await createHostedZone(DOMAIN)
  await rollOutMemberAccount(MEMBER, OWN)
  await letMemberSend()
  const deployed = await readDeployedStack(STAGE, REGION)
  await makeAll(deployed)
  local.aws.calls.clear()
  const began = performance.now()
  const status = await audit(deployed)
  print(status, (performance.now() - began) / 1000, local)
} finally {
  await local.stop()
}

async function letMemberSend(): Promise<void> {
  const EventBusName = local.outputs.EventBusName
  const permission = { EventBusName, StatementId: MEMBER, Principal: MEMBER, Action: 'events:PutEvents' }
  await new EventBridgeClient({ region: REGION }).send(new PutPermissionCommand(permission))
}

async function makeAll(deployed: DeployedStack): Promise<void> {
  const clients = ACCOUNTS.map((account) => new EventBridgeClient(administratorOf(account)))
  let made = 0
  const numbers = Array.from({ length: CLUSTERS }, (_, index) => index).values()
  const make = async () => {
    for (const number of numbers) {
      const cluster = `bench-${number}`
      const detail = { cluster, baseDomain: `${cluster}.${DOMAIN}`, serviceAccountKeys: [pem] }
      const entry = { Source: 'bench', DetailType: 'Cluster Created', Detail: JSON.stringify(detail) }
      const Entries = [{ ...entry, EventBusName: local.outputs.EventBusArn }]
      await clients[number % clients.length]?.send(new PutEventsCommand({ Entries }))
      while ((await readCluster(deployed.table, cluster))?.status !== 'READY') await pause(20)
      made += 1
      if (made % 100 === 0) console.log(`${made} clusters are ready`)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, make))
}

async function audit({ sfn }: DeployedStack): Promise<string> {
  const stateMachineArn = local.outputs.AuditClustersArn
  const { executionArn } = await sfn.send(new StartExecutionCommand({ stateMachineArn, input: '{}' }))
  for (;;) {
    const { status = '', cause } = await sfn.send(new DescribeExecutionCommand({ executionArn }))
    if (status !== 'RUNNING') return cause === undefined ? status : `${status}: ${cause}`
    await pause(50)
  }
}

/** What the audit's own functions asked for; `DriftFound` would be what is not as it was made. */
function print(status: string, seconds: number, { aws }: LocalStack): void {
  const calls = aws.calls.list().filter(isOfAudit)
  console.log(`\n${CLUSTERS} clusters in ${ACCOUNTS.length} accounts: ${status} in ${seconds.toFixed(0)} s`)
  if (aws.calls.forgotten() > 0) console.log(`(the first ${aws.calls.forgotten()} calls were forgotten)`)
  const services = Map.groupBy(calls, ({ service }) => service)
  for (const [service, ofService] of [...services].toSorted())
    console.log(`${service.padEnd(18)} ${(ofService.length / CLUSTERS).toFixed(2)} calls for each cluster`)
  const told = aws.calls
    .list({ service: 'events', operation: 'PutEvents' })
    .filter(({ input }) => JSON.stringify(input).includes('Drift Found'))
  console.log(`told of drift: ${told.length}`)
}

function isOfAudit({ principal }: CallRecord): boolean {
  return /FindDrift|FindOrphans|ListAudit|find-drift|provisioner/i.test(principal)
}
