/** Smithy RPC v2 CBOR: the operation in the path, everything else in one document (https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html). */
import { CborCodec, cbor } from '@smithy/core/cbor'
import type { NormalizedSchema } from '@smithy/core/schema'
import type { Dialect } from './dialect.ts'

export const CBOR_HEADERS = { 'smithy-protocol': 'rpc-v2-cbor', 'content-type': 'application/cbor' }

export const rpcCbor: Dialect = {
  find(model, request) {
    const name = /\/service\/[^/]+\/operation\/([^/]+)$/.exec(request.path)?.[1] ?? ''
    return { operation: model.operations.get(name), name, request, labels: {} }
  },
  read: (_service, operation, { request }) => readCbor(operation.input, request.body),
  write: (_service, operation, output) => ({
    status: 200,
    headers: CBOR_HEADERS,
    body: operation.output.isUnitSchema() ? cbor.serialize({}) : writeCbor(operation.output, output ?? {}),
  }),
}

/** An empty body is `{}`. */
function readCbor(schema: NormalizedSchema, body: Uint8Array): unknown {
  if (schema.isUnitSchema() || body.length === 0) return {}
  return new CborCodec().createDeserializer().readValue(schema, cbor.deserialize(body))
}

export function writeCbor(schema: NormalizedSchema, value: unknown): Uint8Array {
  const serializer = new CborCodec().createSerializer()
  serializer.write(schema, value)
  return serializer.flush()
}
