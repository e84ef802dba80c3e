/** What the protocols have in common: how each finds the operation, reads its input and writes its output. */
import type { WireRequest, WireResponse } from './message.ts'
import type { Model, OperationModel } from './model.ts'
import type { WireService } from './services.ts'

export interface Dialect {
  readonly find: (model: Model, request: WireRequest) => Found
  /** May throw anything for what cannot be read. */
  readonly read: (service: WireService, operation: OperationModel, found: Found) => unknown
  readonly write: (
    service: WireService,
    operation: OperationModel,
    output: unknown,
    requestId: string,
  ) => WireResponse
}

export interface Found {
  /** Undefined when the service has no such operation. */
  readonly operation: OperationModel | undefined
  /** The operation's name, or what was asked instead of one. */
  readonly name: string
  /** As it came, or without what finding the operation took off it. */
  readonly request: WireRequest
  /** REST only: labels of the path, still percent-encoded, by member name. */
  readonly labels: Readonly<Record<string, string>>
}
