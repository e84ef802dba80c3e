/** What is wrong with a statement of the requester's own, whoever asks. Conditions are not weighed: they only narrow. */
import type { PolicyContext } from '../context.ts'
import { actionCovers, actionsOverlap, hasWildcard, withoutVariables } from '../patterns.ts'
import { KNOWN_ACTIONS } from './known-actions.ts'
import { isOwnResource, type OwnStack } from './own-resources.ts'
import { elementsOf, type PlacedStatement } from './placed.ts'
import { type Finding, finding } from './rules.ts'
import { TAKES_A_ROLE, TAKES_NO_RESOURCE } from './what-actions-take.ts'

/** `Deny` with `Not…`, or with wildcards, takes more away and is nobody's danger. */
export function statementFindings(placed: PlacedStatement): Finding[] {
  const { statement, pointer } = placed
  if (statement.Effect === 'Deny') return []
  return [
    ...(statement.NotAction === undefined ? [] : [finding('AllowWithNotAction', `${pointer}/NotAction`)]),
    ...(statement.NotResource === undefined
      ? []
      : [finding('AllowWithNotResource', `${pointer}/NotResource`)]),
    ...elementsOf(placed, 'Action').flatMap(({ value, pointer }) => actionFindings(value, pointer)),
    ...wildcardResources(placed),
    ...rolesUsed(placed),
  ]
}

/** One finding for each rule, however many actions of it the pattern matches. */
function actionFindings(action: string, pointer: string): Finding[] {
  const [service = '', name] = action.split(':')
  if (name === undefined || hasWildcard(service)) return [finding('EveryAction', pointer)]
  const known = KNOWN_ACTIONS.flatMap(({ rule, actions, but = [] }) => {
    if (but.some((exception) => actionCovers(exception, action))) return []
    const example = actions.find((candidate) => actionsOverlap(candidate, action))
    return example === undefined ? [] : [finding(rule, pointer, example)]
  })
  return /^[*?]+$/.test(name) ? [finding('ServiceWideWildcard', pointer), ...known] : known
}

function wildcardResources(placed: PlacedStatement): Finding[] {
  const takesOne = elementsOf(placed, 'Action').some(
    ({ value }) => !TAKES_NO_RESOURCE.some((action) => actionCovers(action, value)),
  )
  if (!takesOne) return []
  return elementsOf(placed, 'Resource')
    .filter(({ value }) => namesNothing(value))
    .map(({ pointer }) => finding('ResourceWildcard', pointer))
}

function rolesUsed(placed: PlacedStatement): Finding[] {
  const allows = (known: string) =>
    elementsOf(placed, 'Action').some(({ value }) => actionsOverlap(known, value))
  const passes = allows('iam:PassRole')
  const assumes = allows('sts:AssumeRole')
  return elementsOf(placed, 'Resource').flatMap(({ value, pointer }) => {
    const resource = withoutVariables(value)
    return [
      ...(passes ? [finding(hasWildcard(resource) ? 'PassesAnyRole' : 'PassesRole', pointer)] : []),
      ...(assumes ? [finding(isAnyRole(resource) ? 'AssumesAnyRole' : 'AssumesRole', pointer)] : []),
    ]
  })
}

function isAnyRole(resource: string): boolean {
  const [, , , , account = ''] = resource.split(':')
  return hasWildcard(account) || account === '' || namesNothing(resource)
}

/** `*`, or an ARN with nothing but wildcards where the name is: after the type, if the service has one. */
function namesNothing(value: string): boolean {
  const [, , service = '', , , ...rest] = withoutVariables(value).split(':')
  const [first = '', ...more] = rest.join(':').split(/[/:]/)
  if (hasWildcard(service)) return true
  const name = service === 's3' || more.length === 0 ? first : more.join('')
  return /^[*?]*$/.test(name)
}

/** Of a whole request: what is dangerous only together. */
export function togetherFindings(statements: readonly PlacedStatement[]): Finding[] {
  const actions = statements
    .filter(({ isOfCatalogue }) => !isOfCatalogue)
    .flatMap((placed) => elementsOf(placed, 'Action'))
  if (!actions.some(({ value }) => actionsOverlap('iam:PassRole', value))) return []
  return actions.flatMap(({ value, pointer }) => {
    const known = TAKES_A_ROLE.find((candidate) => actionsOverlap(candidate, value))
    return known === undefined ? [] : [finding('PassesRoleToCompute', pointer, known)]
  })
}

/** Of what is named, also by way of the catalogue. */
export function resourceFindings(
  placed: PlacedStatement,
  context: PolicyContext,
  stack: OwnStack,
): Finding[] {
  return elementsOf(placed, 'Resource').flatMap(({ value, pointer }) => {
    if (isOwnResource(value, stack)) return [finding('NamesOwnResources', pointer)]
    const [, , , , account = ''] = value.split(':')
    const isOther = /^\d{12}$/.test(account) && account !== context.accountId
    return isOther ? [finding('OtherAccount', pointer)] : []
  })
}
