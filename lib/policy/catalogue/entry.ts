/** An entry of the catalogue: what a well-known add-on needs, compiled for one cluster. */
import type * as z from 'zod'
import { parse } from '../../parse.ts'
import type { PolicyContext } from '../context.ts'
import type { Statement } from '../document.ts'

export interface CatalogueEntry {
  readonly name: string
  readonly description: string
  readonly parameters: z.ZodType
  /** `field` is what the requester calls the parameters. Throws InvalidInput. */
  readonly compile: (parameters: unknown, context: PolicyContext, field: string) => readonly Statement[]
}

export function catalogueEntry<Parameters extends z.ZodType>(entry: {
  readonly name: string
  readonly description: string
  readonly parameters: Parameters
  readonly statements: (parameters: z.output<Parameters>, context: PolicyContext) => readonly Statement[]
}): CatalogueEntry {
  const { name, description, parameters, statements } = entry
  return {
    name,
    description,
    parameters,
    compile: (given, context, field) => statements(parse(parameters, given, field), context),
  }
}

/** An `Allow`; no resources, no statement, so that an optional parameter can be written down plainly. */
export function allow(
  actions: readonly string[],
  resources: readonly string[],
  condition?: Statement['Condition'],
): Statement[] {
  if (resources.length === 0) return []
  const statement = { Effect: 'Allow', Action: actions, Resource: resources } as const
  return [condition === undefined ? statement : { ...statement, Condition: condition }]
}
