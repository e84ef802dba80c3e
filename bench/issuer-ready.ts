/**
 * From a cluster's event to `Issuer Ready`, for each kind of hosting: how long AWS has us wait, how long we take besides, and which
 * calls it takes. `npm run bench`. Each kind has an embedded AWS of its own, warmed up by one cluster.
 */
import { generateKeyPairSync } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge'
import {
  DescribeStateMachineForExecutionCommand,
  type HistoryEvent,
  paginateGetExecutionHistory,
} from '@aws-sdk/client-sfn'
import { type DeployedStack, readDeployedStack } from '../cli/deployed-stack.ts'
import { localEnvironment } from '../cli/local-environment.ts'
import { createHostedZone, type LocalStack, startLocalStack } from '../cli/local-stack.ts'
import { packageStack, REGION, SHARED_DOMAIN, STAGE } from '../cli/package-stack.ts'
import { serveExternalIssuer } from '../cli/start/external-issuer.ts'
import { keysFromPems } from '../lib/oidc/jwks.ts'
import { readCluster } from '../lib/registry/cluster-record.ts'
import { runArn } from '../lib/runs.ts'
import type { CallRecord } from '../local/calls.ts'

interface Kind {
  readonly name: string
  readonly region: string
  /** Of the cluster with that number; the first one warms up. */
  readonly hosting: (number: number) => object
  readonly isFirstShown?: boolean
}

const DOMAIN = 'bench.example.org'
const OUTSIDE = 'https://oidc.example.com/'

const KINDS: readonly Kind[] = [
  { name: 'dedicated', region: REGION, hosting: (number) => ({ baseDomain: `c${number}.${DOMAIN}` }) },
  { name: 'shared', region: REGION, hosting: () => ({ hosting: { type: 'shared' } }), isFirstShown: true },
  // Only where there is no CloudFront for issuers.
  { name: 's3', region: 'us-gov-west-1', hosting: () => ({ hosting: { type: 's3' } }) },
  {
    name: 'external',
    region: REGION,
    hosting: (number) => ({ hosting: { type: 'external', issuer: `${OUTSIDE}${number}` } }),
  },
]

interface Measured {
  readonly states: number
  /** As AWS's clock has it: what the workflow's Wait states wait. */
  readonly waitedSeconds: number
  readonly besidesSeconds: number
  readonly calls: readonly CallRecord[]
}

/** Waits pass faster than AWS's, and still take the most of the time, so that as many are needed as at AWS. */
const SPEED = 100

/** What Step Functions and the reader of the registry's stream ask for with a role of the stack. */
const AWS_ITSELF: ReadonlySet<string> = new Set(['lambda', 'dynamodbstreams'])

/** The same for all, since clients of lib/ are made once. */
let port = 0

for (const kind of KINDS) {
  const { region } = kind
  const local = await startLocalStack(await packageStack(), { speed: SPEED, region, port })
  try {
    port = Number(new URL(local.aws.endpoint).port)
    Object.assign(process.env, localEnvironment(local.aws.endpoint, region))
    if (region === REGION) await Promise.all([DOMAIN, SHARED_DOMAIN].map((name) => createHostedZone(name)))
    const deployed = await readDeployedStack(STAGE, region)
    const first = await measure(local, deployed, kind, 1)
    if (kind.isFirstShown) print(`${kind.name}, the first`, first)
    print(kind.name, await measure(local, deployed, kind, 2))
  } finally {
    await local.stop()
  }
}

async function measure(
  local: LocalStack,
  deployed: DeployedStack,
  kind: Kind,
  number: number,
): Promise<Measured> {
  const { aws, outputs } = local
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString()
  const [key] = keysFromPems([pem]).keys
  if (key !== undefined) serveExternalIssuer(aws.sites, `${OUTSIDE}${number}`, key)
  const cluster = `bench-${number}`
  const keys = kind.name === 'external' ? {} : { serviceAccountKeys: [pem] }
  const Detail = JSON.stringify({ cluster, ...keys, ...kind.hosting(number) })
  const entry = { EventBusName: outputs.EventBusName, Source: 'bench', DetailType: 'Cluster Created', Detail }
  aws.calls.clear()
  const began = performance.now()
  await new EventBridgeClient({ region: kind.region }).send(new PutEventsCommand({ Entries: [entry] }))
  while ((await readCluster(deployed.table, cluster))?.status !== 'READY') await pause(2)
  const elapsedSeconds = (performance.now() - began) / 1000
  const calls = aws.calls
    .list()
    .filter(({ principal, service }) => principal.includes(':assumed-role/') && !AWS_ITSELF.has(service))
  const { states, waitedSeconds } = await runOf(deployed, cluster)
  return { states, waitedSeconds, besidesSeconds: elapsedSeconds - waitedSeconds / SPEED, calls }
}

/** Of its first run, up to the state that says that the issuer is ready. */
async function runOf(deployed: DeployedStack, cluster: string) {
  const executionArn = runArn(deployed, cluster, { number: 1, workflow: 'provision' })
  const described = await deployed.sfn.send(new DescribeStateMachineForExecutionCommand({ executionArn }))
  const { States } = JSON.parse(described.definition ?? '') as {
    readonly States: Readonly<Record<string, { readonly Seconds?: number }>>
  }
  const entered: string[] = []
  const pages = paginateGetExecutionHistory({ client: deployed.sfn }, { executionArn })
  for await (const { events = [] } of pages) entered.push(...events.flatMap(nameOfEntered))
  const states = entered.slice(0, entered.indexOf('IssuerReady') + 1)
  return {
    states: states.length,
    waitedSeconds: states.reduce((sum, name) => sum + (States[name]?.Seconds ?? 0), 0),
  }
}

function nameOfEntered({ stateEnteredEventDetails }: HistoryEvent): readonly string[] {
  return stateEnteredEventDetails?.name === undefined ? [] : [stateEnteredEventDetails.name]
}

function print(name: string, { states, waitedSeconds, besidesSeconds, calls }: Measured): void {
  const services = Object.groupBy(calls, ({ service }) => service)
  const counts = Object.entries(services)
    .map(([service, those = []]) => [service, those.length] as const)
    .toSorted(([, one], [, other]) => other - one)
    .map(([service, count]) => `${service} ${count}`)
  console.log(
    [
      name.padEnd(18),
      `${states} states`.padStart(10),
      `waits ${waitedSeconds} s`.padStart(13),
      `besides ${besidesSeconds.toFixed(1)} s`.padStart(15),
      `${calls.length} calls`.padStart(11),
      `  ${counts.join(', ')}`,
    ].join(''),
  )
}
