/** A template with its parameters: which resources there will be, in which order, all of it checked beforehand. */
import { AwsError, NotInLocalMode } from '../errors.ts'
import { validationError } from './errors.ts'
import type { Scope } from './intrinsics.ts'
import { inOrder } from './order.ts'
import { resolveParameters } from './parameters.ts'
import { type Pseudo, pseudoParameter } from './pseudo-parameters.ts'
import { type Reference, referencesOf } from './references.ts'
import type { ResourceType } from './resource-type.ts'
import { createScopes, type MadeResources } from './scope.ts'
import type { OutputDeclaration, ResourceDeclaration, Template } from './template.ts'
import { typeNamed } from './types/index.ts'
import type { Value } from './value.ts'

export interface Plan {
  readonly template: Template
  readonly parameters: ReadonlyMap<string, string>
  /** What is needed comes first. */
  readonly resources: readonly PlannedResource[]
  readonly outputs: readonly (OutputDeclaration & { readonly key: string })[]
  readonly scope: (made: MadeResources) => Scope
}

export interface PlannedResource {
  readonly logicalId: string
  readonly declaration: ResourceDeclaration
  readonly type: ResourceType
}

/** Throws AwsError (ValidationError, NotInLocalMode), naming the logical id; nothing has been made then. */
export function planStack(template: Template, given: Readonly<Record<string, string>>, pseudo: Pseudo): Plan {
  const parameters = resolveParameters(template.parameters, given)
  const scope = createScopes(template, parameters, pseudo)
  const { condition } = scope(new Map())
  const planned = present(template.resources, condition).map((entry) => planResource(...entry))
  const outputs = present(template.outputs, condition).map(([key, output]) => ({ key, ...output }))
  const byId = new Map(planned.map((resource) => [resource.logicalId, resource]))
  const needs = (where: string, values: readonly Value[]) =>
    saying(where, () =>
      referencesOf(values, condition).flatMap((reference) => neededId(reference, byId, template, pseudo)),
    )
  for (const { key, Value, Export } of outputs)
    needs(`Output ${key}`, Export ? [Value, Export.Name] : [Value])
  const edges = planned.map(({ logicalId, declaration: { Properties, DependsOn } }) => {
    const awaited = saying(logicalId, () => awaitedIds(DependsOn, byId, template))
    return [logicalId, new Set([...needs(logicalId, [Properties]), ...awaited])] as const
  })
  const resources = inOrder(new Map(edges)).flatMap((id) => byId.get(id) ?? [])
  return { template, parameters, resources, outputs, scope }
}

/** Those whose condition holds. */
function present<Declaration extends { readonly Condition?: string | undefined }>(
  declared: Readonly<Record<string, Declaration>>,
  condition: (name: string) => boolean,
): [name: string, declaration: Declaration][] {
  return Object.entries(declared).filter(([name, { Condition }]) =>
    saying(name, () => Condition === undefined || condition(Condition)),
  )
}

function planResource(logicalId: string, declaration: ResourceDeclaration): PlannedResource {
  const { Type, Properties } = declaration
  const type = typeNamed(Type)
  if (type === undefined) throw new NotInLocalMode(`the resource type ${Type} (${logicalId})`)
  const unknown = Object.keys(Properties).filter((name) => !type.propertyNames.includes(name))
  if (unknown.length > 0)
    throw new NotInLocalMode(`the property ${unknown.join(', ')} of ${Type} (${logicalId})`)
  return { logicalId, declaration, type }
}

/** Nothing for parameters. */
function neededId(
  { name, attribute }: Reference,
  planned: ReadonlyMap<string, PlannedResource>,
  template: Template,
  pseudo: Pseudo,
): readonly string[] {
  if (attribute === undefined && Object.hasOwn(template.parameters, name)) return []
  if (attribute === undefined && name.startsWith('AWS::')) {
    pseudoParameter(name, pseudo)
    return []
  }
  const resource = planned.get(name)
  if (resource === undefined) throw unresolved([name])
  if (attribute !== undefined && !resource.type.attributes.includes(attribute))
    throw validationError(
      `Template error: resource ${name} does not support attribute type ${attribute} in Fn::GetAtt`,
    )
  return [name]
}

/** What a condition leaves out is not waited for. */
function awaitedIds(
  dependsOn: readonly string[],
  planned: ReadonlyMap<string, PlannedResource>,
  template: Template,
): readonly string[] {
  const unknown = dependsOn.filter((id) => !Object.hasOwn(template.resources, id))
  if (unknown.length > 0) throw unresolved(unknown)
  return dependsOn.filter((id) => planned.has(id))
}

function unresolved(names: readonly string[]): AwsError {
  return validationError(
    `Template format error: Unresolved resource dependencies [${names.join(', ')}] in the Resources block of the template`,
  )
}

/** Errors of intrinsic functions do not say where they stand. */
function saying<Result>(where: string, run: () => Result): Result {
  try {
    return run()
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    const { code, message, status, details } = error
    throw new AwsError(code, `${where}: ${message}`, status, details, { cause: error })
  }
}
