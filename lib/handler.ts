/**
 * What stands around every handler: middy with Powertools' logger, tracer and metrics, which take the stack's name from
 * POWERTOOLS_SERVICE_NAME. A handler is a function of its event
 * and what it reports with; what it throws is logged with its remedy and passes on.
 */
import { Logger } from '@aws-lambda-powertools/logger'
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware'
import { Tracer } from '@aws-lambda-powertools/tracer'
import { captureLambdaHandler } from '@aws-lambda-powertools/tracer/middleware'
import middy from '@middy/core'
import type { Context } from 'aws-lambda'
import type * as z from 'zod'
import { IrsaError, Throttled } from './errors.ts'
import type { Task } from './execution.ts'
import { countThrottled, metrics } from './metrics.ts'

export interface Reporting {
  readonly logger: Logger
  readonly context: Context
}

export type Handler<Answer> = (event: unknown, context: Context) => Promise<Answer>

/** `run` parses its event itself. */
export function createHandler<Answer>(
  run: (event: unknown, reporting: Reporting) => Promise<Answer>,
): Handler<Answer> {
  const logger = new Logger()
  const tracer = new Tracer()
  // Powertools' own middleware warns of every invocation that measured nothing.
  const publish = () => {
    if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics()
  }
  return middy<unknown, Answer>({ timeoutEarlyInMillis: 0 })
    .use(captureLambdaHandler(tracer, { captureResponse: false }))
    .use(injectLambdaContext(logger, LOGGING))
    .use({ after: publish, onError: publish })
    .handler(async (event, context) => {
      try {
        return await run(event, { logger, context })
      } catch (error) {
        logError(logger, error)
        if (error instanceof Throttled) countThrottled()
        throw error
      }
    })
}

/** An event may hold a private key: not even POWERTOOLS_LOGGER_LOG_EVENT prints it. */
const LOGGING = { resetKeys: true, logEvent: false }

/** A state machine's task: every line of its log says which execution it belongs to. */
export function createTaskHandler<Schema extends z.ZodType<Task>, Answer>(
  schema: Schema,
  run: (task: z.output<Schema>, reporting: Reporting) => Promise<Answer>,
): Handler<Answer> {
  return createHandler(async (event, reporting) => {
    const task = schema.parse(event)
    const { input, execution } = task
    reporting.logger.appendKeys({ cluster: input.cluster, execution: execution.Name })
    return run(task, reporting)
  })
}

function logError(logger: Logger, error: unknown): void {
  const known = error instanceof Error ? error : new Error('Something was thrown that is no error.')
  const remedy = error instanceof IrsaError ? { remedy: error.remedy } : {}
  logger.error(known.message, { error: known, ...remedy })
}
