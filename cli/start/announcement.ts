/** The event that is sent, and what is needed to sign tokens as its cluster does. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { partitionOf } from '../../lib/aws/partitions.ts'
import type { DesiredCluster } from '../../lib/cluster.ts'
import { IrsaError } from '../../lib/errors.ts'
import { parseClusterCreatedDetail } from '../../lib/events/cluster-created.ts'
import type { Place } from '../../lib/events/hosting.ts'
import { keysFromPems, type PublicJwk } from '../../lib/oidc/jwks.ts'
import { UnusableInput } from '../failure.ts'
import { readJsonFile, readTextFile } from '../json-file.ts'
import { SHARED_DOMAIN, STAGE } from '../package-stack.ts'
import { readEventDetail } from './event-file.ts'

export interface Announcement {
  /** As it goes onto the bus, sound or not: the pipeline is who judges it. */
  readonly detail: unknown
  /** Undefined when the pipeline will refuse it. */
  readonly desired: DesiredCluster | undefined
  /** Undefined when the private key is not here. */
  readonly signer: Signer | undefined
  /** Of an external issuer, which is to be stood in for: what it serves. */
  readonly externalKey?: PublicJwk
}

export interface Signer {
  readonly privateKey: KeyObject
  readonly kid: string
  readonly alg: string
}

/** As a cluster's bootstrap would: the private key stays here, the public one goes into the event. */
export function exampleAnnouncement(file: string, sender: string, region: string): Announcement {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString()
  const detail = { ...(readJsonFile(file) as object), serviceAccountKeys: [pem] }
  return announcementOf(detail, privateKey, sender, region)
}

/** Throws UnusableInput when the file has no event, or the signing key is none, or not one of the event's. */
export function givenAnnouncement(
  file: string,
  signingKeyFile: string | undefined,
  sender: string,
  region: string,
): Announcement {
  const privateKey = signingKeyFile === undefined ? undefined : readPrivateKey(signingKeyFile)
  return announcementOf(readEventDetail(file), privateKey, sender, region)
}

function readPrivateKey(file: string): KeyObject {
  const pem = readTextFile(file)
  try {
    return createPrivateKey(pem)
  } catch (cause) {
    const fault = isEncrypted(pem)
      ? `is encrypted; decrypt it first: openssl pkey -in ${file} -out ${file}.decrypted`
      : 'is not a private key in PEM.'
    throw new UnusableInput(`${file} ${fault}`, { cause })
  }
}

/** RFC 7468 §11, and RFC 1421 in the older forms. */
function isEncrypted(pem: string): boolean {
  return /^(-----BEGIN ENCRYPTED PRIVATE KEY-----|Proc-Type: 4,ENCRYPTED)/m.test(pem)
}

function announcementOf(
  detail: unknown,
  privateKey: KeyObject | undefined,
  sender: string,
  region: string,
): Announcement {
  try {
    const { desired, keys } = parseClusterCreatedDetail(detail, sender, localPlace(sender, region))
    if (desired.hosting.type === 'external') return externalAnnouncement(detail, desired, privateKey)
    return { detail, desired, signer: privateKey && signerOf(privateKey, keys) }
  } catch (error) {
    if (!(error instanceof IrsaError)) throw error
    return { detail, desired: undefined, signer: undefined }
  }
}

/** As cli/package-stack.ts sets the stack. */
function localPlace(accountId: string, region: string): Place {
  return {
    stage: STAGE,
    accountId,
    region,
    partition: partitionOf(region),
    allowPublicBuckets: true,
    sharedHost: `irsa.${SHARED_DOMAIN}`,
  }
}

/** Nobody has the key of the real issuer: the one that stands in for it has its own. */
function externalAnnouncement(
  detail: unknown,
  desired: DesiredCluster,
  privateKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
): Announcement {
  const [externalKey] = publicKeysOf(privateKey)
  return externalKey === undefined
    ? { detail, desired, signer: undefined }
    : { detail, desired, signer: signerOf(privateKey, [externalKey]), externalKey }
}

function publicKeysOf(privateKey: KeyObject): readonly PublicJwk[] {
  const pem = createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString()
  return keysFromPems([pem]).keys
}

/** The kid is the event's: a JWK Set may have given it another than Kubernetes would. */
function signerOf(privateKey: KeyObject, keys: readonly PublicJwk[]): Signer {
  const [own] = publicKeysOf(privateKey)
  const listed = keys.find(({ n, x, y }) => own !== undefined && n === own.n && x === own.x && y === own.y)
  if (listed === undefined) throw new UnusableInput('The signing key is not one of the keys in the event.')
  return { privateKey, kid: listed.kid, alg: listed.alg }
}
