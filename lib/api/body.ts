/** The body of a request: JSON, small, and not deeper than anything that we take. */
import { BodyTooLarge, InvalidInput, MediaTypeNotSupported } from '../errors.ts'
import type { HttpRequest } from './http.ts'

/** Twice what a request may have once it is read: names and spaces are free. */
const MAX_BODY_BYTES = 65_536
/** What walks through the body may be recursive. */
const MAX_DEPTH = 64

/** Throws MediaTypeNotSupported, BodyTooLarge, InvalidInput. */
export function readBody({ headers, body, isBase64Encoded }: HttpRequest): unknown {
  if (!isJson(headers['content-type']) || !isPlain(headers['content-encoding']))
    throw new MediaTypeNotSupported()
  const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8')
  if (bytes.length > MAX_BODY_BYTES) throw new BodyTooLarge(bytes.length, MAX_BODY_BYTES)
  const text = textOf(bytes)
  if (depthOf(text) > MAX_DEPTH) throw new InvalidInput(`The body is nested deeper than ${MAX_DEPTH} levels.`)
  try {
    return JSON.parse(text)
  } catch (cause) {
    // Its message quotes what was there: it could be a secret.
    throw new InvalidInput('The body is not JSON.', { cause })
  }
}

function isJson(contentType = ''): boolean {
  const [type = '', ...parameters] = contentType.toLowerCase().split(';')
  const areKnown = parameters.every((parameter) => /^\s*(charset="?utf-8"?)?\s*$/.test(parameter))
  return type.trim() === 'application/json' && areKnown
}

function isPlain(contentEncoding = 'identity'): boolean {
  return contentEncoding.trim().toLowerCase() === 'identity'
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new InvalidInput('The body is not UTF-8.', { cause })
  }
}

/** Of brackets outside of strings; of what is no JSON, whatever comes out. */
function depthOf(text: string): number {
  let depth = 0
  let deepest = 0
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[[{}\]]/gs)) {
    if (token === '[' || token === '{') depth += 1
    else if (token === ']' || token === '}') depth -= 1
    deepest = Math.max(deepest, depth)
  }
  return deepest
}
