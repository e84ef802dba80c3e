/** Every statement that a request would put into the role's policy, with its place in the request. */
import { catalogueEntryNamed } from '../catalogue/catalogue.ts'
import type { PolicyContext } from '../context.ts'
import type { Statement } from '../document.ts'
import type { RequestedPolicy } from '../request.ts'
import { pointerTo } from './rules.ts'

export interface PlacedStatement {
  readonly statement: Statement
  /** Of the statement itself; of a catalogue's entry, what it was told: its statements are not the requester's. */
  readonly pointer: string
  readonly isOfCatalogue: boolean
}

/** Throws PolicyRefused and InvalidInput for an entry of the catalogue that is none, or was told something wrong. */
export function placedStatements(
  policies: readonly RequestedPolicy[],
  context: PolicyContext,
): PlacedStatement[] {
  return policies.flatMap((policy, index): PlacedStatement[] => {
    if ('arn' in policy) return []
    if ('statements' in policy)
      return policy.statements.map((statement, at) => ({
        statement,
        pointer: pointerTo('policies', index, 'statements', at),
        isOfCatalogue: false,
      }))
    const { catalogue, parameters } = policy
    const statements = catalogueEntryNamed(catalogue, `role.policies[${index}].catalogue`).compile(
      parameters,
      context,
      `role.policies[${index}].parameters`,
    )
    const pointer = pointerTo('policies', index, 'parameters')
    return statements.map((statement) => ({ statement, pointer, isOfCatalogue: true }))
  })
}

/** Each value of the element with its place. */
export function elementsOf(
  { statement, pointer, isOfCatalogue }: PlacedStatement,
  element: 'Action' | 'Resource',
): { readonly value: string; readonly pointer: string }[] {
  const values = statement[element]
  if (values === undefined || statement.Effect === 'Deny') return []
  const place = (index: number) => {
    if (isOfCatalogue) return pointer
    return pointer + (typeof values === 'string' ? pointerTo(element) : pointerTo(element, index))
  }
  return [values].flat().map((value, index) => ({ value, pointer: place(index) }))
}
