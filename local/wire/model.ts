/** What a service can be asked, read from the schemas that its SDK client exports (`CreateRole$`, `NoSuchEntityException$`). */
import { NormalizedSchema } from '@smithy/core/schema'
import type { WireService } from './services.ts'

export type SchemaRef = Parameters<typeof NormalizedSchema.of>[0]
/** What a member of a structure may be. */
export type MemberRef = Extract<SchemaRef, readonly [3, ...unknown[]]>[5][number]

export interface Model {
  readonly service: WireService
  readonly operations: ReadonlyMap<string, OperationModel>
  readonly errors: readonly ErrorModel[]
}

export interface OperationModel {
  readonly name: string
  readonly input: NormalizedSchema
  readonly output: NormalizedSchema
  /** REST only. `path` has `{Label}`s, `{Key+}` for the rest of the path, and may end with a fixed query. */
  readonly http: { readonly method: string; readonly path: string; readonly status: number } | undefined
}

export interface ErrorModel {
  /** Name of the shape and of the SDK's class. */
  readonly name: string
  /** What the query protocol calls it: NoSuchEntity for NoSuchEntityException. */
  readonly queryCode: string
  readonly status: number | undefined
  readonly schema: NormalizedSchema
}

/** Loads once per service. */
export function loadModel(service: WireService): Promise<Model> {
  const known = models.get(service)
  if (known) return known
  const loading = service.client().then((client) => readModel(service, client))
  models.set(service, loading)
  return loading
}

const models = new Map<WireService, Promise<Model>>()

function readModel(service: WireService, client: object): Model {
  const operations = new Map<string, OperationModel>()
  const errors: ErrorModel[] = []
  for (const exported of Object.values(client)) {
    if (isOperation(exported)) operations.set(exported[2], readOperation(exported))
    else if (isError(exported)) errors.push(readError(exported))
  }
  return { service, operations, errors }
}

type OperationTuple = readonly [9, string, string, unknown, SchemaRef, SchemaRef]
type ErrorTuple = Extract<SchemaRef, readonly [-3, ...unknown[]]>

function isOperation(exported: unknown): exported is OperationTuple & SchemaRef {
  return Array.isArray(exported) && exported[0] === 9
}

/** Not the client's base class, which stands for errors that the service does not model. */
function isError(exported: unknown): exported is ErrorTuple {
  return Array.isArray(exported) && exported[0] === -3 && !String(exported[1]).startsWith('smithy.ts.sdk.')
}

function readOperation(tuple: OperationTuple & SchemaRef): OperationModel {
  const [, , name, , input, output] = tuple
  const http = NormalizedSchema.of(tuple).getMergedTraits().http
  return {
    name,
    input: NormalizedSchema.of(input),
    output: NormalizedSchema.of(output),
    http: http && { method: http[0], path: http[1], status: http[2] },
  }
}

function readError(tuple: ErrorTuple): ErrorModel {
  const schema = NormalizedSchema.of(tuple)
  const { awsQueryError, httpError } = schema.getMergedTraits()
  const [code, queryStatus]: readonly unknown[] = Array.isArray(awsQueryError) ? awsQueryError : []
  const status = queryStatus ?? httpError
  return {
    name: tuple[2],
    queryCode: typeof code === 'string' ? code : tuple[2],
    status: typeof status === 'number' ? status : undefined,
    schema,
  }
}
