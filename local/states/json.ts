import { writeJson } from '../write-json.ts'

/** JSON values as the interpreter passes them on. Never changed in place: branches and history share them. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject
export interface JsonObject {
  readonly [name: string]: Json
}

/** Throws SyntaxError. */
export function parseJson(text: string): Json {
  return JSON.parse(text)
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function isArray(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value)
}

/** JSON text is UTF-8 on the wire, and so are AWS's limits. */
export function byteLength(value: Json): number {
  return Buffer.byteLength(writeJson(value))
}
