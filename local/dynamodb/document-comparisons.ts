/** dynalite finds two maps or two lists never equal: said, rather than answered wrongly. */
import { NotInLocalMode } from '../errors.ts'
import { isRecord } from './attribute-values.ts'

/** Throws NotInLocalMode for an expression, or what is expected without one, that compares with a map or a list. */
export function refuseDocumentComparisons(request: object): void {
  const members = new Map(Object.entries(request))
  const expressions = ['_condition', '_filter'].map((name) => members.get(name))
  if (expressions.some(isDocumentExpression) || expectsDocument(members.get('Expected')))
    throw new NotInLocalMode('conditions that compare with a map or a list')
}

function isDocumentExpression(parsed: unknown): boolean {
  return isRecord(parsed) && comparesDocument(parsed.expression)
}

/** By attribute: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ExpectedAttributeValue.html */
function expectsDocument(expected: unknown): boolean {
  if (!isRecord(expected)) return false
  return Object.values(expected).some((condition) => {
    if (!isRecord(condition)) return false
    const { Value: value, AttributeValueList: values } = condition
    return [value, ...(Array.isArray(values) ? values : [])].some((one) => isRecord(one) && isDocument(one))
  })
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
