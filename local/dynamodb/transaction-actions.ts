/** The single actions of TransactWriteItems. */
import type { TransactWriteItem } from '@aws-sdk/client-dynamodb'
import { AwsError } from '../errors.ts'
import type { Call } from '../service.ts'
import type { Database } from './database.ts'
import type { Request } from './engine.ts'
import { byName, keyOf, type WriteOperation } from './items.ts'
import { findServingTable } from './table.ts'
import type { Target } from './writes.ts'

export interface Action extends Target {
  readonly operation: WriteOperation
  readonly request: Request
  /** A check is rehearsed as a deletion under its condition, and never done. */
  readonly isCheck: boolean
  /** Whether the item is shown if its condition fails. */
  readonly returnsOld: boolean
}

/** Throws ValidationException unless it is exactly one action. */
export function actionOf({ Put, Update, Delete, ConditionCheck }: TransactWriteItem): GivenAction {
  const actions: readonly GivenAction[] = [
    ...(Put ? [{ operation: 'PutItem', permission: 'PutItem', given: Put } as const] : []),
    ...(Update ? [{ operation: 'UpdateItem', permission: 'UpdateItem', given: Update } as const] : []),
    ...(Delete ? [{ operation: 'DeleteItem', permission: 'DeleteItem', given: Delete } as const] : []),
    ...(ConditionCheck
      ? [{ operation: 'DeleteItem', permission: 'ConditionCheckItem', given: ConditionCheck } as const]
      : []),
  ]
  const [action, ...others] = actions
  if (action && others.length === 0) return action
  throw new AwsError(
    'ValidationException',
    'TransactItems can only contain one of Check, Put, Update or Delete',
  )
}

interface GivenAction {
  readonly operation: WriteOperation
  readonly permission: WriteOperation | 'ConditionCheckItem'
  readonly given: {
    readonly TableName?: string | undefined
    readonly Item?: unknown
    readonly Key?: unknown
    readonly ConditionExpression?: string | undefined
    readonly ReturnValuesOnConditionCheckFailure?: string | undefined
  }
}

/** Throws ValidationException, or ResourceNotFoundException. */
export function parseAction(database: Database, item: TransactWriteItem, call: Call): Action {
  const { operation, permission, given } = actionOf(item)
  const isCheck = permission === 'ConditionCheckItem'
  if (isCheck && given.ConditionExpression === undefined)
    throw new AwsError('ValidationException', 'The ConditionExpression of a ConditionCheck must not be null')
  const request = database.engine.check(operation, byName(given, call))
  const table = findServingTable(database.tables, given.TableName, call)
  return {
    operation,
    request,
    table,
    key: keyOf(table, request),
    isCheck,
    returnsOld: given.ReturnValuesOnConditionCheckFailure === 'ALL_OLD',
  }
}
