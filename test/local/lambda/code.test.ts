import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { strToU8, zipSync } from 'fflate'
import { describe, expect, it, onTestFinished } from 'vitest'
import { unpackCode } from '../../../local/lambda/code.ts'
import { zipOf } from './fixture.ts'

const INVALID = expect.objectContaining({ code: 'InvalidParameterValueException', status: 400 })

/** A directory for code, inside of one that nothing may be written to. */
function directories() {
  const outside = mkdtempSync(join(tmpdir(), 'code-'))
  onTestFinished(() => rmSync(outside, { recursive: true }))
  return { outside, directory: join(outside, 'lambda') }
}

function unpack(ZipFile: Uint8Array, directory: string) {
  return unpackCode({ ZipFile }, directory)
}

/** Every file below, by its path. */
function filesIn(directory: string): string[] {
  if (!existsSync(directory)) return []
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
}

describe('a package', () => {
  it('is unpacked with its directories, and told by size and hash', () => {
    const { directory } = directories()
    const zip = zipOf({ 'functions/work.mjs': 'export {}', 'package.json': '{}' })

    const code = unpack(zip, directory)

    expect(readFileSync(join(code.directory, 'functions/work.mjs'), 'utf8')).toBe('export {}')
    expect(readFileSync(join(code.directory, 'package.json'), 'utf8')).toBe('{}')
    expect(code.bytes).toBe(zip.length)
    // Base64 of 32 bytes.
    expect(code.sha256).toMatch(/^[A-Za-z0-9+/]{43}=$/)
  })

  it('may name directories on their own', () => {
    const { directory } = directories()
    const zip = zipSync({ 'functions/': new Uint8Array(), 'functions/work.mjs': strToU8('export {}') })

    const code = unpack(zip, directory)

    expect(filesIn(code.directory)).toEqual([join(code.directory, 'functions/work.mjs')])
  })

  it('is unpacked once for each content', () => {
    const { directory } = directories()
    const [one, other] = [zipOf({ 'a.mjs': '1' }), zipOf({ 'a.mjs': '2' })]

    const first = unpack(one, directory)

    expect(unpack(one, directory)).toEqual(first)
    expect(unpack(other, directory).directory).not.toBe(first.directory)
    expect(filesIn(directory)).toHaveLength(2)
  })

  it('is unpacked anew where that was interrupted', () => {
    const { directory } = directories()
    const broken = zipOf({ 'a.mjs': '1', 'a.mjs/b.mjs': '2' })
    const whole = zipOf({ 'a.mjs': '1' })

    expect(() => unpack(broken, directory)).toThrow()

    expect(() => unpack(broken, directory)).toThrow()
    expect(filesIn(unpack(whole, directory).directory)).toHaveLength(1)
  })
})

describe('a package that writes elsewhere is refused', () => {
  it.each([
    '../evil.mjs',
    '../../evil.mjs',
    'functions/../../evil.mjs',
    'functions/../../../evil.mjs',
    '..\\evil.mjs',
    'functions\\..\\..\\evil.mjs',
    '..',
  ])('by %s, and leaves nothing there', (path) => {
    const { outside, directory } = directories()

    expect(() => unpack(zipOf({ 'good.mjs': '1', [path]: 'evil' }), directory)).toThrow(INVALID)

    const evil = filesIn(outside).filter((file) => readFileSync(file, 'utf8') === 'evil')
    expect(evil).toEqual([])
  })

  it('by an absolute path, unless that is taken to begin at the package', () => {
    const { outside, directory } = directories()
    const target = join(outside, 'evil.mjs')

    const code = unpack(zipOf({ [target]: 'evil' }), directory)

    expect(existsSync(target)).toBe(false)
    expect(filesIn(code.directory)).toEqual([join(code.directory, target)])
  })
})

it('a package that says it has less than it has takes no more room than it says', () => {
  const { directory } = directories()

  const code = unpack(claiming(zipOf({ 'a.mjs': 'x'.repeat(1000) }), [10]), directory)

  expect(readFileSync(join(code.directory, 'a.mjs'))).toHaveLength(10)
})

describe('a package is refused', () => {
  const zip = zipOf({ 'a.mjs': 'x'.repeat(1000) })

  it.each<[string, Uint8Array]>([
    ['that is empty', new Uint8Array()],
    ['that has no files', zipSync({})],
    ['that is no zip', strToU8('export const handler = 1')],
    ['that is cut off', zip.subarray(0, zip.length - 30)],
  ])('%s', (_, given) => {
    const { directory } = directories()

    expect(() => unpack(given, directory)).toThrow(INVALID)
    expect(filesIn(directory)).toEqual([])
  })

  it('that is over 50 MB', () => {
    const { directory } = directories()

    expect(() => unpack(new Uint8Array(50 * 1024 * 1024 + 1), directory)).toThrow(
      expect.objectContaining({ code: 'RequestEntityTooLargeException', status: 413 }),
    )
  })

  it.each([
    ['one file', [251]],
    ['all files together', [150, 101]],
  ])('that says it has over 250 MB in %s', (_, megabytes) => {
    const { directory } = directories()
    const files = megabytes.map((_, index) => [`${index}.mjs`, 'x'.repeat(1000)])
    const claims = claiming(
      zipOf(Object.fromEntries(files)),
      megabytes.map((size) => size * 1024 * 1024),
    )

    expect(() => unpack(claims, directory)).toThrow(
      expect.objectContaining({
        code: 'InvalidParameterValueException',
        message: 'Unzipped size must be smaller than 262144000 bytes',
      }),
    )
  })

  it.each([
    ['in a bucket', { S3Bucket: 'b', S3Key: 'k' }],
    ['in a bucket, left there', { S3ObjectStorageMode: 'REFERENCE' as const }],
    ['in an image', { ImageUri: '000000000000.dkr.ecr.eu-central-1.amazonaws.com/work' }],
    ['under a key', { SourceKMSKeyArn: 'arn:aws:kms:eu-central-1:000000000000:key/1' }],
  ])('that is %s', (_, input) => {
    const { directory } = directories()

    expect(() => unpackCode({ ZipFile: zip, ...input }, directory)).toThrow(
      expect.objectContaining({ code: 'NotInLocalMode' }),
    )
  })
})

/** The archive with other sizes of its files, in the order of its directory. APPNOTE 4.3.12: four bytes at 24. */
function claiming(zip: Uint8Array, sizes: readonly number[]): Uint8Array {
  const claims = Buffer.from(zip)
  let at = 0
  for (const size of sizes) {
    at = claims.indexOf('PK\u0001\u0002', at)
    claims.writeUInt32LE(size, at + 24)
    at += 4
  }
  return new Uint8Array(claims)
}
