/** What AWS runs and local mode does not: refused when the machine is made, so that nothing is passed over at run time. */
import { NotInLocalMode } from '../errors.ts'
import { isArray, isObject, type Json, type JsonObject } from './json.ts'

/** Fields of a state that belong to a feature. */
const FEATURES: Readonly<Record<string, string>> = {
  Arguments: 'JSONata',
  Output: 'JSONata',
  Items: 'JSONata',
  Assign: 'variables (Assign)',
  Credentials: 'Credentials of a task',
  ItemReader: 'Distributed Map (ItemReader)',
  ItemBatcher: 'Distributed Map (ItemBatcher)',
  ResultWriter: 'Distributed Map (ResultWriter)',
  Label: 'Distributed Map (Label)',
  ToleratedFailureCount: 'Distributed Map (ToleratedFailureCount)',
  ToleratedFailureCountPath: 'Distributed Map (ToleratedFailureCountPath)',
  ToleratedFailurePercentage: 'Distributed Map (ToleratedFailurePercentage)',
  ToleratedFailurePercentagePath: 'Distributed Map (ToleratedFailurePercentagePath)',
}

/** Throws NotInLocalMode, naming the state. */
export function refuseUnsupported(machine: JsonObject): void {
  refuseJsonata(machine, 'the machine')
  const states = isObject(machine.States) ? machine.States : {}
  for (const [name, state] of Object.entries(states)) if (isObject(state)) refuseInState(name, state)
}

function refuseInState(name: string, state: JsonObject): void {
  const where = `the state "${name}"`
  refuseJsonata(state, where)
  for (const [field, feature] of Object.entries(FEATURES))
    if (Object.hasOwn(state, field)) throw new NotInLocalMode(`${feature}, in ${where}`)
  if (state.Type === 'Task' && typeof state.Resource === 'string')
    refuseResource(state, state.Resource, where)
  const catchers = isArray(state.Catch) ? state.Catch : []
  for (const rule of [...catchers, ...(isArray(state.Choices) ? state.Choices : [])])
    if (isObject(rule) && ('Assign' in rule || 'Output' in rule || 'Condition' in rule))
      throw new NotInLocalMode(`variables and JSONata, in ${where}`)
  for (const inner of innerMachines(state)) {
    const config = inner.ProcessorConfig
    if (isObject(config) && config.Mode !== undefined && config.Mode !== 'INLINE')
      throw new NotInLocalMode(`Distributed Map, in ${where}`)
    refuseUnsupported(inner)
  }
}

function refuseJsonata(holder: JsonObject, where: string): void {
  const language = holder.QueryLanguage
  if (language !== undefined && language !== 'JSONPath')
    throw new NotInLocalMode(`${String(language)}, in ${where}`)
}

/** Functions by their ARN, and arn:aws:states:::lambda:invoke with a fixed set of parameters. */
function refuseResource(state: JsonObject, resource: string, where: string): void {
  if (/^arn:[^:]+:lambda:[^:]+:\d{12}:function:[^:]+(:[^:]+)?$/.test(resource)) return
  if (!isInvoke(resource)) throw new NotInLocalMode(`the task resource ${resource}, in ${where}`)
  const parameters: Json = state.Parameters ?? {}
  const known = new Set(['FunctionName', 'Payload', 'Qualifier', 'InvocationType'])
  for (const field of isObject(parameters) ? Object.keys(parameters) : [])
    if (!known.has(field.replace(/\.\$$/, '')))
      throw new NotInLocalMode(`the parameter ${field} of lambda:invoke, in ${where}`)
}

/** The optimised integration, in any partition. */
export function isInvoke(resource: string): boolean {
  return /^arn:[^:]+:states:::lambda:invoke$/.test(resource)
}

function innerMachines(state: JsonObject): readonly JsonObject[] {
  const branches = isArray(state.Branches) ? state.Branches : []
  return [...branches, state.ItemProcessor ?? null, state.Iterator ?? null].filter((inner) => isObject(inner))
}
