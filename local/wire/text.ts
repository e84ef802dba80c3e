/** Values that travel as text: query forms, labels, query parameters, headers. */
import { FromStringShapeDeserializer, ToStringShapeSerializer } from '@smithy/core/protocols'
import type { NormalizedSchema } from '@smithy/core/schema'

// 5 is date-time. Headers are HTTP dates all the same: their binding comes before the default.
const settings = { timestampFormat: { useTrait: true, default: 5 as const }, httpBindings: true }

/** Throws RangeError for a timestamp, number or boolean that is none. */
export function readText(schema: NormalizedSchema, text: string): unknown {
  if (schema.isBooleanSchema() && !/^(true|false)$/i.test(text)) throw unreadable(text, 'a boolean')
  if (schema.isNumericSchema() && (text.trim() === '' || Number.isNaN(Number(text))))
    throw unreadable(text, 'a number')
  try {
    return new FromStringShapeDeserializer(settings).read(schema, text)
  } catch (cause) {
    throw unreadable(text, 'a timestamp', cause)
  }
}

export function writeText(schema: NormalizedSchema, value: unknown): string {
  const serializer = new ToStringShapeSerializer(settings)
  serializer.write(schema, value)
  return serializer.flush()
}

function unreadable(text: string, wanted: string, cause?: unknown): RangeError {
  return new RangeError(`"${text}" is not ${wanted}`, { cause })
}
