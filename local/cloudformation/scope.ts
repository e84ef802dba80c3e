/** What a template's intrinsic functions know: parameters, pseudo parameters, mappings, conditions, what is made. */
import { createConditions } from './conditions.ts'
import { validationError } from './errors.ts'
import type { Scope } from './intrinsics.ts'
import { mapped } from './mappings.ts'
import { parameterValue } from './parameters.ts'
import { type Pseudo, pseudoParameter } from './pseudo-parameters.ts'
import type { StackResource } from './stack.ts'
import type { Template } from './template.ts'

/** By logical id. */
export type MadeResources = ReadonlyMap<string, StackResource>

/** Throws AwsError (ValidationError) when a condition cannot be worked out. */
export function createScopes(
  template: Template,
  parameters: ReadonlyMap<string, string>,
  pseudo: Pseudo,
): (made: MadeResources) => Scope {
  const parameter = (name: string) => {
    const text = parameters.get(name)
    const declaration = template.parameters[name]
    return text === undefined || !declaration ? undefined : parameterValue(declaration, text)
  }
  const withoutConditions = (made: MadeResources): Omit<Scope, 'condition'> => ({
    ref(name) {
      if (name.startsWith('AWS::')) return pseudoParameter(name, pseudo)
      const value = parameter(name) ?? made.get(name)?.physicalId
      if (value !== undefined) return value
      throw validationError(`Template format error: Unresolved dependencies [${name}]`)
    },
    attribute(logicalId, attribute) {
      const value = made.get(logicalId)?.attributes[attribute]
      if (value !== undefined) return value
      throw validationError(`Template error: ${logicalId} has no attribute ${attribute}`)
    },
    mapped: (...keys) => mapped(template.mappings, ...keys),
  })
  const condition = createConditions(template.conditions, withoutConditions(new Map()))
  return (made) => ({ ...withoutConditions(made), condition })
}
