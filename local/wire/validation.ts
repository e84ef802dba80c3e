/**
 * What AWS checks before an operation sees its input: required members and JSON types. Lengths, patterns and
 * enumerations are not in the SDK's schemas; the operations check those that matter to them.
 */
import type { NormalizedSchema } from '@smithy/core/schema'
import { AwsError } from '../errors.ts'
import type { WireService } from './services.ts'
import { isRecord, membersOf } from './shape.ts'

/** Throws the service's own error for missing members, RangeError for a value of another type. */
export function checkInput(
  service: WireService,
  input: NormalizedSchema,
  value: unknown,
): asserts value is object {
  const missing: string[] = []
  if (!input.isUnitSchema()) check(input, value, '', missing)
  if (missing.length > 0) throw missingMembers(service, missing)
}

function check(schema: NormalizedSchema, value: unknown, path: string, missing: string[]): void {
  if (schema.isStructSchema()) {
    if (!isRecord(value)) throw wrongType(path, 'a structure')
    for (const { name, schema: member, required } of membersOf(schema)) {
      const child = path ? `${path}.${name}` : name
      const given = value[name]
      if (given !== undefined && given !== null) check(member, given, child, missing)
      else if (required) missing.push(child)
    }
  } else if (schema.isListSchema()) {
    if (!Array.isArray(value)) throw wrongType(path, 'a list')
    const item = schema.getValueSchema()
    for (const [index, given] of value.entries()) check(item, given, `${path}.${index + 1}.member`, missing)
  } else if (schema.isMapSchema()) {
    if (!isRecord(value)) throw wrongType(path, 'a map')
    const item = schema.getValueSchema()
    for (const [key, given] of Object.entries(value)) check(item, given, `${path}.${key}.member`, missing)
  } else checkSimple(schema, value, path)
}

function checkSimple(schema: NormalizedSchema, value: unknown, path: string): void {
  if (schema.isStringSchema() && typeof value !== 'string') throw wrongType(path, 'a string')
  if (schema.isBooleanSchema() && typeof value !== 'boolean') throw wrongType(path, 'a boolean')
  if (schema.isNumericSchema() && (typeof value !== 'number' || Number.isNaN(value)))
    throw wrongType(path, 'a number')
  if (schema.isBlobSchema() && !(value instanceof Uint8Array)) throw wrongType(path, 'a blob')
  if (schema.isTimestampSchema() && !(value instanceof Date && !Number.isNaN(value.getTime())))
    throw wrongType(path, 'a timestamp')
}

function wrongType(path: string, wanted: string): RangeError {
  return new RangeError(`${path || 'the request'} is not ${wanted}`)
}

function missingMembers(service: WireService, paths: readonly string[]): AwsError {
  if (service.name === 'sqs')
    return new AwsError('MissingParameter', `The request must contain the parameter ${paths.join(', ')}.`)
  const each = paths.map((path) => {
    const camelCase = path.replace(/(^|\.)[A-Z]/g, (start) => start.toLowerCase())
    return `Value null at '${camelCase}' failed to satisfy constraint: Member must not be null`
  })
  const count = `${paths.length} validation error${paths.length === 1 ? '' : 's'} detected`
  return new AwsError(missingCode(service), `${count}: ${each.join('; ')}`)
}

function missingCode({ name, protocol }: WireService): string {
  if (name === 's3') return 'MalformedXML'
  if (name === 'route53') return 'InvalidInput'
  if (name === 'cloudfront') return 'MalformedInput'
  return protocol === 'query' ? 'ValidationError' : 'ValidationException'
}

/** For what cannot be read at all, in the service's words. */
export function malformed(service: WireService, cause: unknown): AwsError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  const code = malformedCode(service, cause)
  return new AwsError(code, `The request cannot be read: ${reason}`, 400, {}, { cause })
}

function malformedCode({ name, protocol }: WireService, cause: unknown): string {
  if (name === 's3') return cause instanceof RangeError ? 'InvalidArgument' : 'MalformedXML'
  if (name === 'lambda') return 'InvalidRequestContentException'
  return protocol.startsWith('json') ? 'SerializationException' : 'MalformedInput'
}
