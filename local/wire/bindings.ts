/** Where each member of a REST operation travels (https://smithy.io/2.0/spec/http-bindings.html). */
import type { NormalizedSchema } from '@smithy/core/schema'
import { membersOf } from './shape.ts'

export type Place = 'label' | 'query' | 'header' | 'prefix-headers' | 'payload' | 'status' | 'body'

export interface Binding {
  readonly name: string
  readonly schema: NormalizedSchema
  readonly required: boolean
  readonly place: Place
  /** Of the query parameter, header (lower case) or prefix of headers. */
  readonly wireName: string
}

export function bindingsOf(shape: NormalizedSchema): readonly Binding[] {
  const known = bindings.get(shape)
  if (known) return known
  const found = membersOf(shape).map((member) => ({ ...member, ...placeOf(member.schema) }))
  bindings.set(shape, found)
  return found
}

const bindings = new WeakMap<NormalizedSchema, readonly Binding[]>()

function placeOf(schema: NormalizedSchema): Pick<Binding, 'place' | 'wireName'> {
  const traits = schema.getMergedTraits()
  if (traits.httpLabel) return { place: 'label', wireName: '' }
  if (traits.httpQuery) return { place: 'query', wireName: traits.httpQuery }
  if (traits.httpHeader) return { place: 'header', wireName: traits.httpHeader.toLowerCase() }
  if (traits.httpPrefixHeaders !== undefined)
    return { place: 'prefix-headers', wireName: traits.httpPrefixHeaders.toLowerCase() }
  if (traits.httpPayload) return { place: 'payload', wireName: '' }
  if (traits.httpResponseCode) return { place: 'status', wireName: '' }
  return { place: 'body', wireName: '' }
}
