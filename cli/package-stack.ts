/** The service as `serverless deploy` would upload it, packaged anew only when something that goes into it has changed. */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { PARTITIONS } from '../lib/aws/partitions.ts'
import { removeAbandoned, runWhole } from './whole-or-nothing.ts'

export interface StackPackage {
  /** CloudFormation, JSON. */
  readonly template: string
  /** A function's zip by the S3 key that the template has. */
  readonly artefact: (s3Key: string) => Uint8Array
  /** Where local mode keeps what it has made of it, for the next time. */
  readonly cacheDirectory: string
}

export const STAGE = 'local'
export const REGION = 'eu-central-1'
/** What member accounts are given with their template; no secret here. */
export const EXTERNAL_ID = 'local-mode'
/** The one that the example's roles have. */
export const ROLE_TAG_KEYS = 'team'
/** Besides its cluster's, the one that a role may be asked for in. */
export const TARGET_ACCOUNT = '555566667777'
/** Of the host that clusters with shared hosting have. */
export const SHARED_DOMAIN = 'shared.gaws.gigantic.io'
/** Its clusters may be in the hosted zones of the other, too. */
export const ZONES_USER = '777766665555'
export const ZONES_ACCOUNT = '666677778888'
/** As irsa-operator names its own. */
export const ADOPTED_BUCKETS = '*-oidc-pod-identity*'
/** The provider of an issuer that ccoctl would have set up for a cluster `shift`. */
export const ADOPTED_RESOURCES =
  'arn:aws:iam::000000000000:oidc-provider/shift-oidc.s3.eu-central-1.amazonaws.com'
/** Whom the access key `local` stands for, wherever the package is deployed. */
const ADMINISTRATORS = PARTITIONS.map(({ name }) => `iam:arn:${name}:iam::000000000000:user/local`)

const ROOT = join(import.meta.dirname, '..')
const HOME = join(ROOT, '.local')
const SOURCES = [
  // The parameters.
  'cli/package-stack.ts',
  'functions',
  'lib',
  'serverless',
  'serverless.yml',
  'statemachines',
  'tsconfig.json',
  'package-lock.json',
]

/** Rejects with PackagingFailed that carries what Serverless Framework printed. */
export async function packageStack(): Promise<StackPackage> {
  removeAbandoned(HOME)
  const directory = join(HOME, `package-${sourcesHash(ROOT)}`)
  if (!existsSync(directory)) await build(directory)
  return {
    template: readFileSync(join(directory, 'cloudformation-template-update-stack.json'), 'utf8'),
    cacheDirectory: directory,
    artefact: (s3Key) => readFileSync(join(directory, basename(s3Key))),
  }
}

export class PackagingFailed extends Error {
  override readonly name = 'PackagingFailed'
}

/** Under another name until it is whole, so that a package that exists is complete. */
async function build(directory: string): Promise<void> {
  const unfinished = `${directory}.${process.pid}`
  const buildFolder = `.local/build.${process.pid}`
  const temporary = join(HOME, `tmp.${process.pid}`)
  const serverless = join(ROOT, 'node_modules', 'serverless', 'bin', 'serverless.js')
  const words = [
    serverless,
    'package',
    '--stage',
    STAGE,
    '--region',
    REGION,
    '--package',
    unfinished,
    '--param',
    `buildFolder=${buildFolder}`,
    '--param',
    `externalId=${EXTERNAL_ID}`,
    '--param',
    `roleTagKeys=${ROLE_TAG_KEYS}`,
    '--param',
    `accounts=${TARGET_ACCOUNT}`,
    '--param',
    'allowPublicBuckets=true',
    '--param',
    `sharedHost=irsa.${SHARED_DOMAIN}`,
    '--param',
    'accessAnalyzer=no-new-access',
    '--param',
    `hostedZones=*,* in ${ZONES_ACCOUNT} for ${ZONES_USER}`,
    '--param',
    `adoptedBuckets=${ADOPTED_BUCKETS}`,
    '--param',
    `adoptedResources=${ADOPTED_RESOURCES}`,
    '--param',
    `administrators=${ADMINISTRATORS.join(',')}`,
  ]
  try {
    // serverless-esbuild never removes what it has in the temporary directory.
    mkdirSync(temporary, { recursive: true })
    const environment = { ...process.env, TMPDIR: temporary }
    await runWhole(words, { cwd: ROOT, env: environment }, [unfinished, join(ROOT, buildFolder), temporary])
  } catch (error) {
    throw new PackagingFailed(error instanceof Error ? error.message : String(error), { cause: error })
  }
  rmSync(temporary, { recursive: true, force: true })
  forgetOld()
  try {
    renameSync(unfinished, directory)
  } catch (error) {
    // Another process has built the same at the same time.
    if (!existsSync(directory)) throw error
    rmSync(unfinished, { recursive: true })
  }
}

/** Another process may be reading a package that is not old. */
function forgetOld(): void {
  const old = readdirSync(HOME)
    .filter((name) => name.startsWith('package-'))
    .filter((name) => Date.now() - statSync(join(HOME, name)).mtimeMs > KEPT_MILLISECONDS)
  for (const name of old) rmSync(join(HOME, name), { recursive: true, force: true })
}

const KEPT_MILLISECONDS = 1000 * 60 * 60 * 24

/** Of everything below `root` that goes into the package. */
export function sourcesHash(root: string): string {
  const hash = createHash('sha256')
  for (const path of SOURCES.flatMap((source) => filesBelow(root, source)))
    hash.update(`${path}\0`).update(readFileSync(join(root, path)))
  return hash.digest('hex').slice(0, 16)
}

function filesBelow(root: string, path: string): string[] {
  if (!statSync(join(root, path)).isDirectory()) return [path]
  return readdirSync(join(root, path))
    .toSorted()
    .flatMap((name) => filesBelow(root, join(path, name)))
}
