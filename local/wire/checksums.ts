/**
 * Whether an S3 body is what its sender meant. CRC32C, CRC64NVME and the xxHash family are taken on trust: Node has
 * none of them, and the SDKs send CRC32 unless told otherwise.
 */
import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { AwsError } from '../errors.ts'

/** Throws BadDigest or XAmzContentSHA256Mismatch. */
export function checkChecksums(headers: Readonly<Record<string, string>>, body: Uint8Array): void {
  for (const [header, { name, compute }] of Object.entries(algorithms)) {
    const sent = headers[header]
    if (sent !== undefined && sent !== compute(body))
      throw new AwsError('BadDigest', `The ${name} you specified did not match the calculated checksum.`)
  }
}

/** The signature covers the body's hash, unless it says that it does not (UNSIGNED-PAYLOAD, STREAMING-…). */
export function checkSignedHash(headers: Readonly<Record<string, string>>, body: Uint8Array): void {
  const sent = headers['x-amz-content-sha256']
  if (sent === undefined || !/^[0-9a-f]{64}$/.test(sent)) return
  if (sent !== createHash('sha256').update(body).digest('hex'))
    throw new AwsError(
      'XAmzContentSHA256Mismatch',
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
    )
}

const digest = (algorithm: string) => (body: Uint8Array) =>
  createHash(algorithm).update(body).digest('base64')

const algorithms = {
  'content-md5': { name: 'Content-MD5', compute: digest('md5') },
  'x-amz-checksum-crc32': { name: 'CRC32', compute: crc32Base64 },
  'x-amz-checksum-sha1': { name: 'SHA1', compute: digest('sha1') },
  'x-amz-checksum-sha256': { name: 'SHA256', compute: digest('sha256') },
  'x-amz-checksum-sha512': { name: 'SHA512', compute: digest('sha512') },
  'x-amz-checksum-md5': { name: 'MD5', compute: digest('md5') },
}

function crc32Base64(body: Uint8Array): string {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(crc32(body))
  return bytes.toString('base64')
}
