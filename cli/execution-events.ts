/** What happens in an execution, as it happens. */
import { setTimeout as delay } from 'node:timers/promises'
import { GetExecutionHistoryCommand, type HistoryEvent, type SFNClient } from '@aws-sdk/client-sfn'

/** Every event of the history once, in order, until the execution has ended. */
export async function* executionEvents(sfn: SFNClient, executionArn: string): AsyncGenerator<HistoryEvent> {
  let seen = 0
  for (;;) {
    const events = await eventsAfter(sfn, executionArn, seen)
    yield* events
    const last = events.at(-1)
    seen = last?.id ?? seen
    if (last !== undefined && ENDS.has(last.type ?? '')) return
    await delay(POLL_MILLISECONDS)
  }
}

const POLL_MILLISECONDS = 100
/** As many as may happen between two looks; each may carry hundreds of role names. */
const PAGE = 50

const ENDS: ReadonlySet<string> = new Set([
  'ExecutionSucceeded',
  'ExecutionFailed',
  'ExecutionAborted',
  'ExecutionTimedOut',
])

/** From the newest backwards, so that a long history is not read again and again. */
async function eventsAfter(sfn: SFNClient, executionArn: string, seen: number): Promise<HistoryEvent[]> {
  const events: HistoryEvent[] = []
  let nextToken: string | undefined
  do {
    const page = await sfn.send(
      new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, maxResults: PAGE, nextToken }),
    )
    const news = (page.events ?? []).filter(({ id = 0 }) => id > seen)
    events.push(...news)
    nextToken = news.length === page.events?.length ? page.nextToken : undefined
  } while (nextToken !== undefined)
  return events.reverse()
}
