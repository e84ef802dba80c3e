/** Public keys as the API server reads them from `--service-account-key-file`: PEM, several blocks in one text. */
import { createPublicKey, type KeyObject, X509Certificate } from 'node:crypto'
import { InvalidInput } from '../errors.ts'
import { refusePrivateKeys } from './private-key.ts'
import { type PublicJwk, publicJwk } from './public-key.ts'

const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\s]+)-----END \1-----/g

/**
 * The keys of one PEM text, in its order. Unlike Kubernetes, text between the blocks is refused: it may be a block
 * that was cut off. Throws InvalidInput, or PrivateKeyInInput with `field`.
 */
export function keysFromPem(pem: string, field: string): PublicJwk[] {
  refusePrivateKeys(pem, field)
  const blocks = [...pem.matchAll(BLOCK)]
  if (blocks.length === 0) throw new InvalidInput('must be public keys in PEM: -----BEGIN PUBLIC KEY-----')
  if (pem.replaceAll(BLOCK, '').trim() !== '')
    throw new InvalidInput('must have nothing but whole PEM blocks: is one cut off?')
  return blocks.map(([, , base64 = '']) => publicJwk(readPublicKey(Buffer.from(base64, 'base64'))))
}

/** As Kubernetes does, by what is inside and not by the label (client-go keyutil.ParsePublicKeysPEM); PKCS #1 besides. */
const READERS: readonly ((der: Buffer) => KeyObject)[] = [
  (der) => createPublicKey({ key: der, format: 'der', type: 'spki' }),
  (der) => createPublicKey({ key: der, format: 'der', type: 'pkcs1' }),
  (der) => new X509Certificate(der).publicKey,
]

function readPublicKey(der: Buffer): KeyObject {
  const refusals: unknown[] = []
  for (const read of der.length === derLength(der) ? READERS : []) {
    try {
      return read(der)
    } catch (error) {
      refusals.push(error)
    }
  }
  throw new InvalidInput('has a PEM block that is no public key and no certificate', {
    cause: new AggregateError(refusals),
  })
}

/** Of the first value in it (X.690 §8.1.3). OpenSSL ignores what follows, Go does not, and it could be a private key. */
function derLength(der: Buffer): number {
  const [, length = 0] = der
  if (length < 0x80) return 2 + length
  const bytes = der.subarray(2, 2 + length - 0x80)
  return 2 + bytes.length + bytes.reduce((sum, byte) => sum * 256 + byte, 0)
}
