import { GetExecutionHistoryCommand, type HistoryEvent, SFNClient } from '@aws-sdk/client-sfn'
import { mockClient } from 'aws-sdk-client-mock'
import { describe, expect, test } from 'vitest'
import { executionEvents } from '../../cli/execution-events.ts'
import { refusal } from '../lib/aws/sdk.ts'

const ARN = 'arn:aws:states:eu-central-1:000000000000:execution:irsa-dev-provision-cluster:golem-1'

/** So many events, of which the last one is this. */
function aHistory(length: number, last: HistoryEvent['type'] = 'TaskStateEntered'): HistoryEvent[] {
  const timestamp = new Date('2026-01-31T12:00:00Z')
  return Array.from({ length }, (_, index) => ({
    id: index + 1,
    type: index + 1 === length ? last : 'TaskStateEntered',
    timestamp,
  }))
}

/** Each look finds the next of these histories, in pages as it asks for them. */
function anExecution(...histories: readonly HistoryEvent[][]) {
  const client = new SFNClient({ region: 'eu-central-1' })
  const sfn = mockClient(client)
  let looks = 0
  sfn.on(GetExecutionHistoryCommand).callsFake(({ executionArn, reverseOrder, maxResults, nextToken }) => {
    expect([executionArn, reverseOrder]).toEqual([ARN, true])
    if (nextToken === undefined) looks += 1
    const history = histories[looks - 1] ?? []
    const end = nextToken === undefined ? history.length : Number(nextToken)
    const start = Math.max(0, end - maxResults)
    return {
      events: history.slice(start, end).reverse(),
      ...(start > 0 && { nextToken: String(start) }),
    }
  })
  return { client, sfn, looks: () => looks }
}

async function idsOf(client: SFNClient): Promise<(number | undefined)[]> {
  const ids: (number | undefined)[] = []
  for await (const { id } of executionEvents(client, ARN)) ids.push(id)
  return ids
}

function upTo(length: number): number[] {
  return Array.from({ length }, (_, index) => index + 1)
}

describe('executionEvents', () => {
  test.each(['ExecutionSucceeded', 'ExecutionFailed', 'ExecutionAborted', 'ExecutionTimedOut'] as const)(
    'gives every event in order, until the execution has ended: %s',
    async (end) => {
      const { client, looks } = anExecution(aHistory(3, end))

      expect(await idsOf(client)).toEqual(upTo(3))
      expect(looks()).toBe(1)
    },
  )

  test('gives each event once while the execution goes on', async () => {
    const { client, looks } = anExecution(
      aHistory(2),
      aHistory(2),
      aHistory(5),
      aHistory(6, 'ExecutionSucceeded'),
    )

    expect(await idsOf(client)).toEqual(upTo(6))
    expect(looks()).toBe(4)
  })

  test('waits for an execution that has no history yet', async () => {
    const { client } = anExecution([], aHistory(1, 'ExecutionSucceeded'))

    expect(await idsOf(client)).toEqual([1])
  })

  test('gives what comes in many pages, and reads no page again that it has seen', async () => {
    const { client, sfn } = anExecution(aHistory(260), aHistory(262), aHistory(400, 'ExecutionSucceeded'))

    expect(await idsOf(client)).toEqual(upTo(400))

    expect(sfn.commandCalls(GetExecutionHistoryCommand).length).toBeLessThanOrEqual(6 + 1 + 4)
  })

  test('goes on beyond a failure that was redriven before it looked', async () => {
    const history = aHistory(6, 'ExecutionSucceeded').map(
      (event): HistoryEvent => (event.id === 3 ? { ...event, type: 'ExecutionFailed' } : event),
    )
    const { client } = anExecution(history)

    expect(await idsOf(client)).toEqual(upTo(6))
  })

  test('throws what Step Functions refuses', async () => {
    const { client, sfn } = anExecution()
    sfn.on(GetExecutionHistoryCommand).rejects(refusal('ExecutionDoesNotExist'))

    await expect(idsOf(client)).rejects.toMatchObject({ name: 'ExecutionDoesNotExist' })
  })
})
