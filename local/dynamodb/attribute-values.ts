/** Items as the SDK has them, with bytes, and as dynalite has them, with base64. */

export type Value = Readonly<Record<string, unknown>>

/** Bytes are base64, numbers are strings, as on the wire. */
export type Item = Readonly<Record<string, Value>>

/** A copy, since dynalite writes into what it is given. */
export function toBase64(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (Array.isArray(value)) return value.map(toBase64)
  if (!isRecord(value)) return value
  return mapEntries(value, (inner) => toBase64(inner))
}

/** The inverse: what stands under `B` and `BS` is bytes unless it is an attribute that someone has called so. */
export function toBytes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toBytes)
  if (!isRecord(value)) return value
  return mapEntries(value, (inner, name) => {
    if (name === 'B' && typeof inner === 'string') return Buffer.from(inner, 'base64')
    if (name === 'BS' && Array.isArray(inner)) return inner.map((one) => Buffer.from(String(one), 'base64'))
    return toBytes(inner)
  })
}

/** Of an item with base64: each set in one order, whatever order it was written in. */
export function sortSets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortSets)
  if (!isRecord(value)) return value
  return mapEntries(value, (inner, name) =>
    Array.isArray(inner) && /^[SNB]S$/.test(name) ? inner.toSorted() : sortSets(inner),
  )
}

/** The attributes of `item` that `names` has, in that order. */
export function pick(item: Item, names: readonly string[]): Item {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = item[name]
      return value === undefined ? [] : [[name, value]]
    }),
  )
}

/** Of a key attribute: its text, the number's digits, or base64. */
export function scalarText(value: unknown): string | undefined {
  if (!isRecord(value)) return undefined
  const scalar = value.S ?? value.N ?? toBase64(value.B)
  return typeof scalar === 'string' ? scalar : undefined
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function mapEntries(
  record: Readonly<Record<string, unknown>>,
  map: (value: unknown, name: string) => unknown,
): Record<string, unknown> {
  const entries = Object.entries(record).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries.map(([name, value]) => [name, map(value, name)]))
}
