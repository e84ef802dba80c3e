/** From the text of CreateStateMachine to a compiled machine, or to the error that AWS would answer. */
import validate from 'asl-validator'
import { AwsError } from '../errors.ts'
import type { CheckedDefinitions } from './checked-definitions.ts'
import { innerScopes, type Machine, machine, type States } from './definition.ts'
import { isObject, type Json, parseJson } from './json.ts'
import { refuseUnsupported } from './refusals.ts'

/** Throws NotInLocalMode, or AwsError (InvalidDefinition) for what AWS would not accept. */
export function parseDefinition(text: string, checked: CheckedDefinitions): Machine {
  const definition = readJson(text)
  const compiled = compileDefinition(definition)
  if (!checked.has(text)) {
    checkLanguage(definition)
    checked.add(text)
  }
  return compiled
}

/** Our own part of the check, without asl-validator. */
export function compileDefinition(definition: Json): Machine {
  if (isObject(definition)) refuseUnsupported(definition)
  const parsed = machine.safeParse(definition)
  if (!parsed.success)
    throw invalid('SCHEMA_VALIDATION_FAILED', parsed.error.issues.map(issueText).join(', '))
  checkTransitions(parsed.data)
  return parsed.data
}

function issueText(issue: { readonly message: string; readonly path: readonly PropertyKey[] }): string {
  return `${issue.message} at /${issue.path.map(String).join('/')}`
}

function readJson(text: string): Json {
  try {
    return parseJson(text)
  } catch (error) {
    throw invalid('INVALID_JSON_DESCRIPTION', String(error))
  }
}

/** Last, as it takes the longest by far. asl-validator changes what it is given, and does not know every partition's ARNs. */
function checkLanguage(definition: Json): void {
  const { isValid, errorsText } = validate(structuredClone(definition), { checkPaths: true, checkArn: false })
  if (!isValid) throw invalid(undefined, errorsText(', '))
}

/** Every state named by StartAt, Next, Default or Catch stands in the same scope; asl-validator does not look into ItemProcessor. */
function checkTransitions(scope: States): void {
  for (const target of [scope.StartAt, ...Object.values(scope.States).flatMap(targetsOf)])
    if (!Object.hasOwn(scope.States, target))
      throw invalid('MISSING_TRANSITION_TARGET', `Missing 'Next' target: ${target} in its scope`)
  for (const state of Object.values(scope.States)) innerScopes(state).forEach(checkTransitions)
}

function targetsOf(state: States['States'][string]): readonly string[] {
  const next = 'Next' in state && state.Next !== undefined ? [state.Next] : []
  if (state.Type === 'Choice')
    return [
      ...state.Choices.map((rule) => rule.Next),
      ...(state.Default === undefined ? [] : [state.Default]),
    ]
  return 'Catch' in state ? [...next, ...state.Catch.map((catcher) => catcher.Next)] : next
}

function invalid(code: string | undefined, text: string): AwsError {
  const reason = code === undefined ? text : `${code}: ${text}`
  return new AwsError('InvalidDefinition', `Invalid State Machine Definition: '${reason}'`)
}
