/** What a property needs of other resources, without working it out. */
import { functionNamed, intrinsicOf, parseGetAtt, takenBranch } from './intrinsics.ts'
import { parseSubstitution, substitutedNames } from './substitution.ts'
import { isList, isObject, type Value } from './value.ts'

/** `attribute` is undefined for Ref. Parameters and pseudo parameters are among the names. */
export interface Reference {
  readonly name: string
  readonly attribute: string | undefined
}

/** Of the branches that the conditions take. Throws AwsError (ValidationError, NotInLocalMode) for unknown functions. */
export function referencesOf(value: Value, condition: (name: string) => boolean): readonly Reference[] {
  if (isList(value)) return value.flatMap((item) => referencesOf(item, condition))
  if (!isObject(value)) return []
  const call = intrinsicOf(value)
  if (call === undefined) return referencesOf(Object.values(value), condition)
  const { name, argument } = call
  functionNamed(name)
  switch (name) {
    case 'Ref':
      return typeof argument === 'string' ? [{ name: argument, attribute: undefined }] : []
    case 'Fn::GetAtt':
      return [attributeReference(argument)]
    case 'Fn::If':
      return referencesOf(takenBranch(argument, condition), condition)
    case 'Fn::Sub': {
      const substitution = parseSubstitution(argument)
      const named = substitutedNames(substitution).map((one) =>
        one.includes('.') ? attributeReference(one) : { name: one, attribute: undefined },
      )
      return [...named, ...referencesOf(substitution.variables, condition)]
    }
    default:
      return referencesOf(argument, condition)
  }
}

function attributeReference(argument: Value): Reference {
  const [name, attribute] = parseGetAtt(argument)
  return { name, attribute }
}
