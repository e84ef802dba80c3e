import type { GetExecutionHistoryInput, GetExecutionHistoryOutput } from '@aws-sdk/client-sfn'
import { operation } from '../service.ts'
import { readToken, sizeOf, tokenFor } from './pages.ts'
import { askFor, findExecution, type Store } from './store.ts'

export function historyOperations(store: Store) {
  return {
    GetExecutionHistory: operation<GetExecutionHistoryInput, GetExecutionHistoryOutput>({
      run: (input) => readHistory(store, input),
      asks: (input) => [askFor('GetExecutionHistory', input.executionArn)],
    }),
  }
}

/** A page ends at an id, so that events written meanwhile are on a later page, or on none when the order is reversed. */
function readHistory(store: Store, input: GetExecutionHistoryInput): GetExecutionHistoryOutput {
  const { history } = findExecution(store, input.executionArn)
  const size = sizeOf(input)
  const marker = readToken(input.nextToken)
  const includeData = input.includeExecutionData ?? true
  if (input.reverseOrder) {
    const to = marker === undefined ? history.size() : Number(marker)
    const from = Math.max(1, to - size + 1)
    const events = history.events(from, to, includeData).reverse()
    return { events, ...tokenFor(from > 1 ? String(from - 1) : undefined) }
  }
  const from = marker === undefined ? 1 : Number(marker)
  const to = Math.min(history.size(), from + size - 1)
  return {
    events: history.events(from, to, includeData),
    ...tokenFor(to < history.size() ? String(to + 1) : undefined),
  }
}
