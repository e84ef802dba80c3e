/** A server with made-up services behind it: what the wire, the server and the dispatch do, without what AWS does. */
import { type CallLog, createCallLog } from '../../local/calls.ts'
import { type Clock, createClock } from '../../local/clock.ts'
import { createDispatch } from '../../local/dispatch.ts'
import { createFaults, type Faults } from '../../local/faults.ts'
import { startServer } from '../../local/server.ts'
import type { Call, Principal, Service } from '../../local/service.ts'
import { createThrottle } from '../../local/throttle.ts'
import type { Edge, GatewayView } from '../../local/world.ts'

/** What an operation answers, or throws. */
export type Answer = (input: Readonly<Record<string, unknown>>, call: Call) => unknown

export type Answers = Readonly<Record<string, Readonly<Record<string, Answer>>>>

export interface Serving {
  readonly endpoint: string
  readonly clock: Clock
  readonly calls: CallLog
  readonly faults: Faults
  readonly stop: () => Promise<void>
}

export interface ServeOptions {
  readonly edge?: Partial<Edge>
  readonly gateway?: Partial<GatewayView>
  /** 1 by default; a great one takes all throttling away. */
  readonly speed?: number
}

export async function serve(
  answers: Answers,
  { edge = {}, gateway = {}, speed = 1 }: ServeOptions = {},
): Promise<Serving> {
  const clock = createClock(speed)
  const calls = createCallLog()
  const faults = createFaults()
  const authorize = () => undefined
  const throttle = createThrottle(clock, speed)
  const dispatch = createDispatch({
    clock,
    services: servicesOf(answers),
    faults,
    throttle,
    authorize,
    calls,
  })
  const sts = () => ({ principal, serviceSession: notHere })
  const served = {
    clock,
    calls,
    dispatch,
    sts,
    edge: () => ({ fetch: notHere, serves: notHere, isSite: () => false, ...edge }),
    gateway: () => ({ answer: notHere, ...gateway }),
  }
  const server = await startServer(served, 0)
  return {
    endpoint: `http://127.0.0.1:${server.port}`,
    clock,
    calls,
    faults,
    async stop() {
      await server.close()
      clock.stop()
    },
  }
}

/** The administrator that the access key `local` stands for. */
export const administrator: Principal = {
  kind: 'administrator',
  account: '000000000000',
  arn: 'arn:aws:iam::000000000000:user/local',
}

export function servicesOf(answers: Answers): Map<string, Service> {
  const services = Object.entries(answers).map(([name, operations]): [string, Service] => [
    name,
    { name, operations: operationsOf(operations) },
  ])
  return new Map(services)
}

function operationsOf(operations: Readonly<Record<string, Answer>>): Service['operations'] {
  const entries = Object.entries(operations).map(([name, run]) => [name, { run, asks: () => [] }])
  return Object.fromEntries(entries)
}

function principal(accessKeyId: string): Principal | undefined {
  return accessKeyId === 'local' ? administrator : undefined
}

function notHere(): never {
  throw new Error('not in this test')
}
