/** JSON documents by schema, with the SDK's own reader and writer. Timestamps are epoch seconds. */
import { JsonShapeDeserializer2, JsonShapeSerializer2 } from '@aws-sdk/core/protocols'
import type { NormalizedSchema } from '@smithy/core/schema'

const settings = { timestampFormat: { useTrait: true, default: 7 as const }, jsonName: true }

/** An empty body is `{}`. Throws on what is not JSON. */
export function readJson(schema: NormalizedSchema, body: Uint8Array): unknown {
  const document = body.length === 0 ? {} : JSON.parse(Buffer.from(body).toString('utf8'))
  return new JsonShapeDeserializer2(settings).readObject(schema, document)
}

export function writeJson(schema: NormalizedSchema, value: unknown): Uint8Array {
  const serializer = new JsonShapeSerializer2(settings)
  serializer.write(schema, value)
  // The serializer's own kind of Uint8Array warns when it is used as text, as Buffer.from does.
  const { buffer, byteOffset, byteLength } = serializer.flush()
  return new Uint8Array(buffer, byteOffset, byteLength)
}
