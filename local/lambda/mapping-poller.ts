/** Runs event source mappings: reads their streams and invokes their functions, as Lambda's pollers do. */
import { randomUUID } from 'node:crypto'
import { warnOfFault } from '../background.ts'
import { AwsError } from '../errors.ts'
import type { World } from '../world.ts'
import { type GivenUp, processBatch } from './batches.ts'
import type { Concurrency } from './concurrency.ts'
import { revisionToRun } from './deployment.ts'
import { deliverAs, responseContext } from './destinations.ts'
import type { EventSourceMapping } from './event-source-mapping.ts'
import type { Functions, LambdaFunction, Revision } from './function.ts'
import { functionNotFound, qualifiedArn } from './function-name.ts'
import type { Logs } from './logs.ts'
import { measureIteratorAge } from './metrics.ts'
import { roleCall } from './role.ts'
import type { Run } from './runner.ts'
import type { Outcome } from './sandbox.ts'
import { Stopped } from './sandboxes.ts'
import { createSignal, type Signal } from './signal.ts'
import { readStream } from './stream-reader.ts'
import type { StreamRecord } from './stream-records.ts'

export interface MappingPoller {
  /** Begins to read, from where the mapping has come to. */
  readonly start: (mapping: EventSourceMapping) => void
  /** Begins nothing more; what is under way ends. */
  readonly stop: (mapping: EventSourceMapping) => void
  readonly stopAll: () => void
}

export interface Polling {
  readonly world: World
  readonly functions: Functions
  readonly concurrency: Concurrency
  readonly run: Run
  readonly logs: Logs
}

export function createMappingPoller(polling: Polling): MappingPoller {
  /** Those that have been stopped are among them as long as something of theirs is under way. */
  const running = new Map<EventSourceMapping, Poll>()
  const stop = (mapping: EventSourceMapping) => running.get(mapping)?.stop()
  return {
    start(mapping) {
      stop(mapping)
      const started = poll(polling, mapping, running.get(mapping)?.ended)
      running.set(mapping, started)
      void started.ended.then(() => {
        if (running.get(mapping) === started) running.delete(mapping)
      })
    },
    stop,
    stopAll: () => [...running.keys()].forEach(stop),
  }
}

interface Poll {
  readonly stop: () => void
  /** Resolves when nothing of it is under way any more. */
  readonly ended: Promise<void>
}

/** Begins when `before` has ended: a shard is never read by two. */
function poll(polling: Polling, mapping: EventSourceMapping, before = Promise.resolve()): Poll {
  const { world } = polling
  const changes: Signal = createSignal()
  const unwatch = world.streams().watch(mapping.streamArn, changes.give)
  let active = true
  const reading = {
    mapping,
    changes,
    active: () => active,
    call: () => {
      const { found, revision } = target(polling, mapping)
      return roleCall(world, found, revision, mapping.region)
    },
    process: (records: readonly StreamRecord[], shardId: string) =>
      processBatch(world.clock, records, {
        settings: () => mapping.settings,
        active: () => active,
        invoke: (these) => invoke(polling, mapping, these),
        giveUp: (given) => giveUp(polling, mapping, shardId, given),
        checkpoint: (sequenceNumber) => mapping.positions.set(shardId, { kind: 'after', sequenceNumber }),
      }),
  }
  const ended = before
    .then(() => readStream(world, reading))
    .catch((error: unknown) => {
      if (error instanceof Stopped) return
      mapping.lastProcessingResult = `PROBLEM: Local mode failed: ${String(error)}`
      warnOfFault(`the event source mapping ${mapping.uuid}`, error)
    })
    .finally(unwatch)
  return {
    ended,
    stop() {
      active = false
      unwatch()
      changes.give()
    },
  }
}

/** Throws AwsError when the function has gone, or is not Active yet. */
function target(
  { functions }: Polling,
  { settings }: EventSourceMapping,
): { readonly found: LambdaFunction; readonly revision: Revision } {
  const { functionArn: arn, qualifier } = settings
  const found = functions.get(arn)
  const revision = found && revisionToRun(found, qualifier)
  if (found === undefined || revision === undefined) throw functionNotFound({ arn, qualifier })
  return { found, revision }
}

async function invoke(
  polling: Polling,
  mapping: EventSourceMapping,
  records: readonly StreamRecord[],
): Promise<Outcome | 'throttled'> {
  const { world, concurrency, run } = polling
  const { functionArn: arn, qualifier } = mapping.settings
  try {
    const { found, revision } = target(polling, mapping)
    const event = JSON.stringify({ Records: records })
    const invokedArn = qualifiedArn({ arn, qualifier })
    const request = { found, revision, invokedArn, requestId: randomUUID(), event }
    const writtenAt = records.at(-1)?.dynamodb.ApproximateCreationDateTime ?? 0
    measureIteratorAge(world, found, new Date(writtenAt * 1000))
    const outcome = await concurrency.within(found, () => run(request))
    mapping.lastProcessingResult = outcome.failed ? 'PROBLEM: Function call failed' : 'OK'
    return outcome
  } catch (error) {
    if (error instanceof Stopped) throw error
    const problem =
      error instanceof AwsError ? `${error.code}: ${error.message}` : `Local mode failed: ${error}`
    mapping.lastProcessingResult = `PROBLEM: ${problem}`
    return 'throttled'
  }
}

/** https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html: where the records are, not what they hold. */
async function giveUp(
  polling: Polling,
  { settings, streamArn }: EventSourceMapping,
  shardId: string,
  { records, attempts, condition, outcome }: GivenUp,
): Promise<void> {
  const destination = settings.destinations?.OnFailure?.Destination
  const [first] = records
  const last = records.at(-1)
  if (!destination || first === undefined || last === undefined) return
  const { world, logs, functions } = polling
  const { functionArn: arn, qualifier } = settings
  const found = functions.get(arn)
  if (found === undefined) return
  const { version } = found.revision
  const body = {
    requestContext: {
      requestId: randomUUID(),
      functionArn: qualifiedArn({ arn, qualifier }),
      condition,
      approximateInvokeCount: attempts,
    },
    ...(outcome === undefined ? {} : { responseContext: responseContext(qualifier ?? version, outcome) }),
    version: '1.0',
    timestamp: world.clock.now().toISOString(),
    DDBStreamBatchInfo: {
      shardId,
      startSequenceNumber: first.dynamodb.SequenceNumber,
      endSequenceNumber: last.dynamodb.SequenceNumber,
      approximateArrivalOfFirstRecord: arrival(first),
      approximateArrivalOfLastRecord: arrival(last),
      batchSize: records.length,
      streamArn,
    },
  }
  await deliverAs(world, logs, found, found.revision)(destination, { body: JSON.stringify(body) }, undefined)
}

function arrival({ dynamodb }: StreamRecord): string {
  return new Date(dynamodb.ApproximateCreationDateTime * 1000).toISOString().replace('.000Z', 'Z')
}
