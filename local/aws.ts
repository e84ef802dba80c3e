/** The whole embedded AWS: every service, what they share, and the server in front of them. */
import { join } from 'node:path'
import { createAccessAnalyzer } from './access-analyzer/service.ts'
import { createApiGateway } from './apigateway/index.ts'
import { type CallLog, createCallLog } from './calls.ts'
import { type Clock, createClock } from './clock.ts'
import { type Cloudformation, createCloudformation } from './cloudformation/index.ts'
import { createCloudWatch } from './cloudwatch/service.ts'
import { createDispatch } from './dispatch.ts'
import { createDynamodb } from './dynamodb/index.ts'
import { createEvents } from './events/index.ts'
import { createFaults, type Faults } from './faults.ts'
import { createHosting } from './hosting.ts'
import { createIam } from './iam/index.ts'
import { createLambda, type Lambda } from './lambda/index.ts'
import { authorize } from './policy/authorize.ts'
import { createGrants, type Grants } from './policy/grants.ts'
import { createQuotas, type RaisableQuotas } from './quotas.ts'
import { startServer } from './server.ts'
import type { Service } from './service.ts'
import { createServiceQuotas } from './servicequotas/service.ts'
import { createSqs } from './sqs/index.ts'
import { createStates } from './states/service.ts'
import { createSts } from './sts/index.ts'
import { createThrottle } from './throttle.ts'
import type { Organization, World } from './world.ts'

export interface LocalAwsOptions {
  /** A free one if absent. */
  readonly port?: number
  /** Of calls that name none, neither in a signature nor in a host; by default that of AWS's oldest endpoints. */
  readonly region?: string
  /** How much faster than AWS its waits pass and its rates refill; 1 is AWS's own pace. */
  readonly speed: number
  /** Raised from AWS's defaults: `{ 'iam:roles': 10000 }`. */
  readonly quotas?: Readonly<Record<string, number>>
  /** Whether calls of an HTTP API must be signed; by default an unsigned one is the administrator's. */
  readonly requireAuth?: boolean
  /** The stack's own account, whose administrator the access key `local` is. */
  readonly account?: string
  /** The only one that there is; without it no account is in any. */
  readonly organization?: Organization
  /** Whether `grants` is kept; by default not, for that takes a second look at every policy. */
  readonly noteGrants?: boolean
  /** For the code and the logs of functions; exists already. */
  readonly directory: string
  /**
   * For what is the same at every start: the code of functions, unpacked and compiled, and which definitions were found to be in order. Several may share it, of
   * other processes too; there or not.
   */
  readonly cacheDirectory?: string
}

export interface LocalAws {
  /** http://127.0.0.1:<port> */
  readonly endpoint: string
  readonly clock: Clock
  readonly calls: CallLog
  readonly faults: Faults
  readonly quotas: RaisableQuotas
  readonly grants: Pick<Grants, 'list'>
  readonly world: World
  readonly cloudformation: Pick<Cloudformation, 'deploy'>
  readonly logs: Lambda['logs']
  /** What the internet has besides AWS, an issuer of somebody else's perhaps: bodies of JSON by URL. */
  readonly sites: Map<string, string>
  /** Nothing of it runs afterwards, and nothing keeps the process alive. */
  readonly stop: () => Promise<void>
}

/** Rejects if the port is taken and throws RangeError for a quota beyond AWS's maximum. Each call starts an AWS of its own. */
export async function startLocalAws(options: LocalAwsOptions): Promise<LocalAws> {
  const { port = 0, speed, quotas: raised = {}, account = '000000000000', directory } = options
  const { organization, requireAuth = false, noteGrants = false, cacheDirectory = directory } = options
  const clock = createClock(speed)
  const calls = createCallLog()
  const faults = createFaults()
  const quotas = createQuotas()
  for (const [name, value] of Object.entries(raised)) quotas.raise(name, value)
  const services = new Map<string, Service>()
  const grants = createGrants()
  const note: Grants['note'] = (...granted) => {
    if (noteGrants) grants.note(...granted)
  }
  const throttle = createThrottle(clock, speed)
  const world: World = {
    clock,
    quotas,
    account,
    organization,
    endpoint: () => `http://127.0.0.1:${server.port}`,
    dispatch: createDispatch({
      clock,
      services,
      faults,
      throttle,
      authorize(call, asks, service) {
        authorize(call, asks, iam.view, service)
        note(call, asks, iam.view)
      },
      calls,
    }),
    // The services know each other through the world, so it is there before them.
    iam: () => iam.view,
    sts: () => sts.view,
    edge: () => hosting.edge,
    dns: () => hosting.dns,
    streams: () => dynamodb.streams,
    metrics: () => cloudWatch.view,
    gateway: () => apiGateway.view,
  }
  // First, so that a port that is taken leaves nothing behind.
  const server = await startServer({ ...world, calls, unsaidRegion: options.region }, port)
  const cloudWatch = createCloudWatch(world)
  const iam = createIam(world)
  const sts = createSts(world, (call, ask) => note(call, [ask], iam.view))
  const hosting = createHosting(world)
  const lambda = createLambda(world, { directory, codeDirectory: join(cacheDirectory, 'code') })
  const dynamodb = await createDynamodb(world)
  const apiGateway = createApiGateway(world, { requireAuth })
  const cloudformation = createCloudformation(world)
  const others = [
    iam,
    sts,
    lambda,
    createStates(world, join(cacheDirectory, 'definitions')),
    createSqs(world),
    createServiceQuotas(world),
    createAccessAnalyzer(),
    cloudWatch,
    createEvents(world),
    cloudformation,
  ]
  const all = [
    ...others.map(({ service }) => service),
    ...hosting.services,
    ...dynamodb.services,
    ...apiGateway.services,
  ]
  for (const service of all) services.set(service.name, service)
  return {
    endpoint: world.endpoint(),
    clock,
    calls,
    faults,
    quotas,
    grants,
    world,
    cloudformation: { deploy: cloudformation.deploy },
    logs: lambda.logs,
    sites: hosting.sites,
    async stop() {
      await server.close()
      await lambda.stop()
      await dynamodb.stop()
      clock.stop()
    },
  }
}
