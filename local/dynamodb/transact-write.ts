/** TransactWriteItems: rehearsed on copies of the items, then done in full or not at all. */
import type { TransactWriteItemsInput } from '@aws-sdk/client-dynamodb'
import { AwsError } from '../errors.ts'
import { type Call, operation } from '../service.ts'
import { askFor } from './asks.ts'
import { type Item, toBytes } from './attribute-values.ts'
import type { Database, Databases } from './database.ts'
import { sizeOf } from './engine.ts'
import { type Outcome, rehearse } from './rehearsal.ts'
import { actionOf, parseAction } from './transaction-actions.ts'
import { checkActionCount, checkDistinct, checkSize, refuseMeasures } from './transaction-rules.ts'
import { checkToken, isRepeated, remember } from './transaction-tokens.ts'
import { write } from './writes.ts'

export function transactWriteOperations({ of }: Databases) {
  return {
    TransactWriteItems: operation<TransactWriteItemsInput, object>({
      run: (input, call) => transactWrite(of(call), input, call),
      asks: (input, call) =>
        (input.TransactItems ?? []).map((item) => {
          const { permission, given } = actionOf(item)
          return askFor(of(call), call, {
            action: permission,
            TableName: given.TableName,
            items: [given.Item ?? given.Key],
            context: { 'dynamodb:EnclosingOperation': 'TransactWriteItems' },
          })
        }),
    }),
  }
}

async function transactWrite(
  database: Database,
  input: TransactWriteItemsInput,
  call: Call,
): Promise<object> {
  const { TransactItems: items = [], ClientRequestToken: token } = input
  refuseMeasures('TransactWriteItems', input, ['ReturnConsumedCapacity', 'ReturnItemCollectionMetrics'])
  if (token !== undefined) checkToken(token)
  checkActionCount(items.length)
  const actions = items.map((item) => parseAction(database, item, call))
  checkDistinct(actions)
  const { tokens, clock, engine } = database
  await write(database, actions, async (before) => {
    if (token !== undefined && isRepeated(tokens, token, items, clock.now())) return
    const outcomes = await rehearse(actions, before)
    checkSize(outcomes.map(({ before, after }) => Math.max(bytesOf(before), bytesOf(after))))
    checkOutcomes(outcomes)
    for (const { action, after } of outcomes) {
      if (action.isCheck) continue
      if (after) await engine.put(action.table.name, after)
      else await engine.remove(action.table.name, action.key)
    }
    if (token !== undefined) remember(tokens, token, items, clock.now())
  })
  return {}
}

function bytesOf(item: Item | undefined): number {
  return item === undefined ? 0 : sizeOf(item)
}

/** Throws TransactionCanceledException with a reason for every action, in their order. */
function checkOutcomes(outcomes: readonly Outcome[]): void {
  if (outcomes.every(({ refusal }) => refusal === undefined)) return
  const reasons = outcomes.map(cancellationReason)
  throw new AwsError(
    'TransactionCanceledException',
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${reasons.map(({ Code }) => Code).join(', ')}]`,
    400,
    { CancellationReasons: reasons },
  )
}

function cancellationReason({ refusal, action, before }: Outcome) {
  if (!refusal) return { Code: 'None' }
  const { message: Message } = refusal
  if (refusal.code === 'ValidationException') return { Code: 'ValidationError', Message }
  const item = action.returnsOld && before !== undefined ? { Item: toBytes(before) } : {}
  return { Code: 'ConditionalCheckFailed', Message, ...item }
}
