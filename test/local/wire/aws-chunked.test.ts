import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readAwsChunked } from '../../../local/wire/aws-chunked.ts'

describe('readAwsChunked', () => {
  it('puts any chunks together again, line breaks in them included', () => {
    const chunk = fc.uint8Array({ minLength: 1, maxLength: 40 })
    fc.assert(
      fc.property(fc.array(chunk), fc.boolean(), (chunks, signed) => {
        const signature = signed ? `;chunk-signature=${'0'.repeat(64)}` : ''
        const framed = chunks.flatMap((bytes) => [
          `${bytes.length.toString(16)}${signature}\r\n`,
          bytes,
          '\r\n',
        ])
        const body = Buffer.concat(
          [...framed, `0${signature}\r\n\r\n`].map((part) => Buffer.from(part as string)),
        )

        expect(readAwsChunked(body)).toEqual({ content: Buffer.concat(chunks), trailers: {} })
      }),
    )
  })

  it('reads trailers by their lower-case names', () => {
    const body = Buffer.from('0\r\nX-Amz-Checksum-Crc32: AAAAAA==\r\nx-amz-trailer-signature:0\r\n\r\n')

    expect(readAwsChunked(body).trailers).toEqual({
      'x-amz-checksum-crc32': 'AAAAAA==',
      'x-amz-trailer-signature': '0',
    })
  })

  it.each(['', 'hello', '5\r\nhell', '5\r\nhello\r\n', 'zz\r\n'])('refuses %j as incomplete', (body) => {
    expect(() => readAwsChunked(Buffer.from(body))).toThrow(
      expect.objectContaining({ code: 'IncompleteBody' }),
    )
  })
})
