/** The REST protocols: members bound to path, query, headers and status, the rest in an XML or JSON body. */
import type { NormalizedSchema } from '@smithy/core/schema'
import { type Binding, bindingsOf } from './bindings.ts'
import type { Dialect, Found } from './dialect.ts'
import { readJson, writeJson } from './json.ts'
import type { WireRequest, WireResponse } from './message.ts'
import { findRoute } from './routes.ts'
import type { WireService } from './services.ts'
import { isRecord, structure } from './shape.ts'
import { readText, writeText } from './text.ts'
import { readXml, writeXml } from './xml.ts'

export const rest: Dialect = {
  find(model, request) {
    const route = findRoute(model, request, {})
    return { ...(route ?? noRoute(request)), request }
  },
  read(service, operation, { request, labels }) {
    const bound = bindingsOf(operation.input).map((binding) => [
      binding.name,
      readBinding(service, binding, labels, request),
    ])
    const input = Object.fromEntries(bound.filter(([, value]) => value !== undefined))
    const body = bodyOf(operation.input)
    if (!body || request.body.length === 0) return input
    return { ...input, ...record(readDocument(service, body, request.body)) }
  },
  write(service, operation, value) {
    const output = record(value)
    const bindings = bindingsOf(operation.output).filter(({ name }) => given(output[name]))
    const status = bindings.find(({ place }) => place === 'status')
    const payload = bindings.find(({ place }) => place === 'payload')
    const body = bodyOf(operation.output)
    const content = payload
      ? writePayload(service, payload.schema, output[payload.name])
      : body
        ? writeDocument(service, body, output)
        : { headers: {}, body: '' }
    return {
      status: status ? Number(output[status.name]) : (operation.http?.status ?? 200),
      headers: { ...content.headers, ...writeHeaders(bindings, output) },
      body: content.body,
    }
  },
}

/** For requests that fit no operation. */
export function noRoute({ method, path }: WireRequest): Pick<Found, 'operation' | 'name' | 'labels'> {
  return { operation: undefined, name: `${method} ${path}`, labels: {} }
}

/** The members that no other place takes, as a structure of the shape's name; undefined if there are none. */
export function bodyOf(shape: NormalizedSchema): NormalizedSchema | undefined {
  const members = bindingsOf(shape).filter(({ place }) => place === 'body')
  const name = shape.getMergedTraits().xmlName ?? shape.getName() ?? ''
  return members.length > 0
    ? structure(
        name,
        members.map((member) => [member.name, member.schema]),
      )
    : undefined
}

export function writeHeaders(
  bindings: readonly Binding[],
  output: Readonly<Record<string, unknown>>,
): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const { name, schema, place, wireName } of bindings) {
    const value = output[name]
    if (place === 'header' && given(value)) headers[wireName] = writeText(schema, value)
    if (place === 'prefix-headers')
      for (const [suffix, text] of Object.entries(record(value))) headers[wireName + suffix] = String(text)
  }
  return headers
}

function readBinding(
  service: WireService,
  { name, schema, place, wireName }: Binding,
  labels: Readonly<Record<string, string>>,
  { query, headers, body }: WireRequest,
): unknown {
  const values = query.filter(([parameter]) => parameter === wireName).map(([, value]) => value)
  switch (place) {
    case 'label':
      return optionalText(schema, labels[name] && decodeURIComponent(labels[name]))
    case 'query':
      if (!schema.isListSchema()) return optionalText(schema, values[0])
      return values.length > 0 ? values.map((text) => readText(schema.getValueSchema(), text)) : undefined
    case 'header':
      return optionalText(schema, headers[wireName])
    case 'prefix-headers':
      return readPrefixHeaders(wireName, headers)
    case 'payload':
      return readPayload(service, schema, body)
    default:
      return undefined
  }
}

function optionalText(schema: NormalizedSchema, text: string | undefined): unknown {
  return text === undefined ? undefined : readText(schema, text)
}

function readPrefixHeaders(prefix: string, headers: Readonly<Record<string, string>>): unknown {
  const found = Object.entries(headers).filter(([name]) => name.startsWith(prefix))
  if (found.length === 0) return undefined
  return Object.fromEntries(found.map(([name, text]) => [name.slice(prefix.length), text]))
}

function readPayload(service: WireService, schema: NormalizedSchema, body: Uint8Array): unknown {
  if (body.length === 0 && !schema.isStreaming()) return undefined
  if (schema.isBlobSchema()) return body
  return schema.isStringSchema() ? Buffer.from(body).toString('utf8') : readDocument(service, schema, body)
}

function readDocument(service: WireService, schema: NormalizedSchema, body: Uint8Array): unknown {
  return service.protocol === 'rest-json' ? readJson(schema, body) : readXml(schema, body)
}

type Content = Pick<WireResponse, 'headers' | 'body'>

/** Blobs and text go as they are, and with the type that the operation's own output says. */
function writePayload(service: WireService, schema: NormalizedSchema, value: unknown): Content {
  if (value instanceof Uint8Array || typeof value === 'string') return { headers: {}, body: value }
  return writeDocument(service, schema, value)
}

function writeDocument(service: WireService, schema: NormalizedSchema, value: unknown): Content {
  return service.protocol === 'rest-json'
    ? { headers: { 'content-type': 'application/json' }, body: writeJson(schema, value) }
    : { headers: { 'content-type': 'application/xml' }, body: writeXml(schema, value, service.xmlNamespace) }
}

function given(value: unknown): boolean {
  return value !== undefined && value !== null
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {}
}
