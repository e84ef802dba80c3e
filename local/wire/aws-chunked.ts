/**
 * The body encoding of S3 uploads: `<hex size>[;chunk-signature=…]\r\n<bytes>\r\n` … `0\r\n<trailers>\r\n`
 * (https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html).
 */
import { AwsError } from '../errors.ts'

export interface Unchunked {
  readonly content: Uint8Array
  /** Checksums that were computed while the body was sent; lower-case names. */
  readonly trailers: Readonly<Record<string, string>>
}

/** Throws IncompleteBody if the body ends before its last chunk. */
export function readAwsChunked(body: Uint8Array): Unchunked {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  const chunks: Buffer[] = []
  let at = 0
  for (;;) {
    const endOfHeader = bytes.indexOf('\r\n', at)
    const size = Number.parseInt(bytes.toString('latin1', at, endOfHeader), 16)
    if (endOfHeader < 0 || Number.isNaN(size)) throw incomplete()
    at = endOfHeader + 2
    if (size === 0)
      return { content: Buffer.concat(chunks), trailers: readTrailers(bytes.toString('latin1', at)) }
    if (bytes.length < at + size + 2) throw incomplete()
    chunks.push(bytes.subarray(at, at + size))
    at += size + 2
  }
}

function readTrailers(text: string): Record<string, string> {
  const lines = text.split('\r\n').filter((line) => line.includes(':'))
  return Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()]
    }),
  )
}

function incomplete(): AwsError {
  return new AwsError(
    'IncompleteBody',
    'You did not provide the number of bytes specified by the Content-Length HTTP header.',
  )
}
