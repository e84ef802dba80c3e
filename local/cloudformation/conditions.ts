/** Conditions: what of a template is there at all, known before anything is made. */
import { validationError } from './errors.ts'
import { evaluate, type Scope } from './intrinsics.ts'
import { isList, isObject, type Value } from './value.ts'

/** Answers each condition by name; throws AwsError (ValidationError). `scope` knows parameters and mappings, no resources. */
export function createConditions(
  declared: Readonly<Record<string, Value>>,
  scope: Omit<Scope, 'condition'>,
): (name: string) => boolean {
  const open = new Set<string>()
  function conditionNamed(name: string): boolean {
    const expression = Object.hasOwn(declared, name) ? declared[name] : undefined
    if (expression === undefined) throw validationError(`Template error: unresolved condition ${name}`)
    if (open.has(name))
      throw validationError(`Circular dependency between conditions: ${[...open].join(', ')}`)
    open.add(name)
    try {
      return holds(expression, { ...scope, condition: conditionNamed })
    } finally {
      open.delete(name)
    }
  }
  for (const name of Object.keys(declared)) conditionNamed(name)
  return conditionNamed
}

function holds(expression: Value, scope: Scope): boolean {
  const [[name, argument] = [], ...more] = isObject(expression) ? Object.entries(expression) : []
  if (name === undefined || argument === undefined || more.length > 0)
    throw validationError('Template format error: Conditions can only be boolean operations')
  const all = () => operands(name, argument, 2, 10).map((one) => holds(one, scope))
  switch (name) {
    case 'Condition':
      if (typeof argument !== 'string') throw validationError('Template error: Condition takes a name')
      return scope.condition(argument)
    case 'Fn::Equals': {
      const [one, other] = operands(name, argument, 2, 2).map((operand) => String(evaluate(operand, scope)))
      return one === other
    }
    case 'Fn::And':
      return all().every(Boolean)
    case 'Fn::Or':
      return all().some(Boolean)
    case 'Fn::Not':
      return !operands(name, argument, 1, 1).some((one) => holds(one, scope))
    default:
      throw validationError(`Template format error: ${name} is no condition function`)
  }
}

function operands(name: string, argument: Value, least: number, most: number): readonly Value[] {
  if (isList(argument) && argument.length >= least && argument.length <= most) return argument
  const wanted = least === most ? `${least}` : `${least} to ${most}`
  throw validationError(`Template error: every ${name} object requires a list of ${wanted} parameters`)
}
