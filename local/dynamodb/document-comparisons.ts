/** dynalite finds two maps or two lists never equal: said, rather than answered wrongly. */
import { NotInLocalMode } from '../errors.ts'
import { isRecord } from './attribute-values.ts'

/** Throws NotInLocalMode for an expression that compares with a map or a list. */
export function refuseDocumentComparisons(request: object): void {
  const expressions = ['_condition', '_filter'].map((name) => new Map(Object.entries(request)).get(name))
  for (const expression of expressions)
    if (isRecord(expression) && comparesDocument(expression.expression))
      throw new NotInLocalMode('conditions that compare with a map or a list')
}

function comparesDocument(expression: unknown): boolean {
  if (!isRecord(expression) || !Array.isArray(expression.args)) return false
  return expression.args.some(
    (argument) => (isRecord(argument) && isDocument(argument)) || comparesDocument(argument),
  )
}

function isDocument(value: Readonly<Record<string, unknown>>): boolean {
  return isRecord(value.M) || Array.isArray(value.L)
}
