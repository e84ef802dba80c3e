/** Deployment packages: zip archives, unpacked once for each content. */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, sep } from 'node:path'
import type { FunctionCode } from '@aws-sdk/client-lambda'
import { unzipSync } from 'fflate'
import { AwsError } from '../errors.ts'
import { refuseMembers } from '../unsupported.ts'
import type { Code } from './function.ts'
import { invalidParameter } from './function-name.ts'

// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const ZIPPED_BYTES = 50 * 1024 * 1024
const UNZIPPED_BYTES = 250 * 1024 * 1024

/** Unpacks below `directory`. Throws AwsError (InvalidParameterValueException, RequestEntityTooLargeException). */
export function unpackCode(input: FunctionCode, directory: string): Code {
  refuseMembers('function code', input, [
    'S3Bucket',
    'S3Key',
    'S3ObjectVersion',
    'S3ObjectStorageMode',
    'ImageUri',
    'SourceKMSKeyArn',
  ])
  const { ZipFile: zip } = input
  if (zip === undefined || zip.length === 0) throw empty()
  if (zip.length > ZIPPED_BYTES)
    throw new AwsError(
      'RequestEntityTooLargeException',
      `Request must be smaller than ${ZIPPED_BYTES} bytes for the CreateFunction operation`,
      413,
    )
  const hash = createHash('sha256').update(zip)
  const sha256 = hash.copy().digest('base64')
  const home = join(directory, hash.digest('hex').slice(0, 32))
  if (!existsSync(home)) writeAll(unzip(zip), home)
  return { sha256, bytes: zip.length, directory: home, compiled: join(directory, 'compiled') }
}

function unzip(zip: Uint8Array): [path: string, content: Uint8Array][] {
  let bytes = 0
  try {
    const files = unzipSync(zip, {
      filter: ({ name, originalSize }) => {
        bytes += originalSize
        if (bytes > UNZIPPED_BYTES)
          throw invalidParameter(`Unzipped size must be smaller than ${UNZIPPED_BYTES} bytes`)
        return !name.endsWith('/')
      },
    })
    const entries = Object.entries(files)
    if (entries.length === 0) throw empty()
    return entries
  } catch (error) {
    if (error instanceof AwsError) throw error
    throw unreadable({ cause: error })
  }
}

/** Under another name until all is there, so that a directory that exists is complete. */
function writeAll(files: readonly [path: string, content: Uint8Array][], home: string): void {
  const unfinished = `${home}.${process.pid}`
  mkdirSync(unfinished, { recursive: true })
  for (const [path, content] of files) {
    const file = join(unfinished, path)
    // No archive writes outside of its directory.
    if (!file.startsWith(join(unfinished, sep)) || path.includes('\\')) throw unreadable()
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, content)
  }
  try {
    renameSync(unfinished, home)
  } catch (error) {
    // Another process has unpacked the same at the same time.
    if (!existsSync(home)) throw error
    rmSync(unfinished, { recursive: true })
  }
}

function empty(): AwsError {
  return invalidParameter('Uploaded file must be a non-empty zip')
}

function unreadable(options?: ErrorOptions): AwsError {
  return invalidParameter(
    'Could not unzip uploaded file. Please check your file, then try to upload again.',
    options,
  )
}
