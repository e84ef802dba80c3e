/**
 * Checksums that come with an object: checked, kept, and answered again.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
 */
import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { AwsError } from '../errors.ts'
import { refuseMembers } from '../unsupported.ts'

export type Checksums = { readonly [Name in ChecksumName]?: string }

type ChecksumName = keyof typeof ALGORITHMS

type Given = { readonly [Name in ChecksumName]?: string | undefined } & {
  readonly ContentMD5?: string | undefined
  readonly ChecksumSHA512?: string | undefined
  readonly ChecksumMD5?: string | undefined
  readonly ChecksumXXHASH64?: string | undefined
  readonly ChecksumXXHASH3?: string | undefined
  readonly ChecksumXXHASH128?: string | undefined
}

/** Throws `BadDigest` when a checksum or Content-MD5 is not the body's. Without any, S3 computes CRC64NVME. */
export function checkedChecksums(given: Given, body: Uint8Array): Checksums {
  refuseMembers('PutObject', given, [
    'ChecksumSHA512',
    'ChecksumMD5',
    'ChecksumXXHASH64',
    'ChecksumXXHASH3',
    'ChecksumXXHASH128',
  ])
  if (given.ContentMD5 !== undefined && given.ContentMD5 !== hash('md5', body))
    throw new AwsError('BadDigest', 'The Content-MD5 you specified did not match what we received.')
  const names = NAMES.filter((name) => given[name] !== undefined)
  if (names.length === 0) return { ChecksumCRC64NVME: ALGORITHMS.ChecksumCRC64NVME(body) }
  for (const name of names)
    if (given[name] !== ALGORITHMS[name](body))
      throw new AwsError(
        'BadDigest',
        `The ${name.replace('Checksum', '')} you specified did not match the calculated checksum.`,
      )
  return Object.fromEntries(names.map((name) => [name, given[name]]))
}

const NAMES = [
  'ChecksumCRC32',
  'ChecksumCRC32C',
  'ChecksumCRC64NVME',
  'ChecksumSHA1',
  'ChecksumSHA256',
] as const

const ALGORITHMS = {
  ChecksumCRC32: (body: Uint8Array) => base64(BigInt(crc32(body)), 4),
  ChecksumCRC32C: (body: Uint8Array) => base64(crc(body, 32, 0x82f63b78n), 4),
  ChecksumCRC64NVME: (body: Uint8Array) => base64(crc(body, 64, 0x9a6c9329ac4bc9b5n), 8),
  ChecksumSHA1: (body: Uint8Array) => hash('sha1', body),
  ChecksumSHA256: (body: Uint8Array) => hash('sha256', body),
}

/** A reflected CRC with all bits set at the beginning and inverted at the end. Slow, and bodies here are small. */
function crc(body: Uint8Array, width: number, polynomial: bigint): bigint {
  const ones = (1n << BigInt(width)) - 1n
  const table = Array.from({ length: 256 }, (_, byte) => {
    let entry = BigInt(byte)
    for (let bit = 0; bit < 8; bit++) entry = entry & 1n ? (entry >> 1n) ^ polynomial : entry >> 1n
    return entry
  })
  let sum = ones
  for (const byte of body) sum = (sum >> 8n) ^ (table[Number((sum ^ BigInt(byte)) & 0xffn)] ?? 0n)
  return sum ^ ones
}

function base64(sum: bigint, bytes: number): string {
  return Buffer.from(sum.toString(16).padStart(bytes * 2, '0'), 'hex').toString('base64')
}

function hash(algorithm: 'md5' | 'sha1' | 'sha256', body: Uint8Array): string {
  return createHash(algorithm).update(body).digest('base64')
}
