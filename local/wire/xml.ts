/** XML documents by schema, with the SDK's own reader and writer. */
import { XmlShapeDeserializer, XmlShapeSerializer } from '@aws-sdk/core/protocols'
import type { NormalizedSchema } from '@smithy/core/schema'

// 5 is date-time. With an empty namespace the writer leaves `xmlns` out.
const settings = (xmlNamespace = '') => ({
  timestampFormat: { useTrait: true, default: 5 as const },
  httpBindings: true,
  xmlNamespace,
  serviceNamespace: '',
})

/** The root element's name is not looked at, as AWS does not. Throws on what is not XML. */
export function readXml(schema: NormalizedSchema, body: Uint8Array): unknown {
  return new XmlShapeDeserializer(settings()).read(schema, body)
}

/** The root element is named after the structure. */
export function writeXml(schema: NormalizedSchema, value: unknown, namespace?: string): string {
  const serializer = new XmlShapeSerializer(settings(namespace))
  serializer.write(schema, value)
  return `<?xml version="1.0" encoding="UTF-8"?>\n${serializer.flush()}`
}
