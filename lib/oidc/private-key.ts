/**
 * Finds private keys where only public ones belong. It errs on the side of seeing one: by PEM armour, by the first
 * bytes of the DER under whatever label, by the members of a JWK, in values and in names, at any depth, cut off or whole.
 */
import { PrivateKeyInInput } from '../errors.ts'
import { membersOf, type Place, pathOf, placesIn } from '../places.ts'

/** RFC 7518 §6.2.2, §6.3.2 and §6.4.1: all that makes a JWK private or symmetric. */
const PRIVATE_JWK_MEMBERS: ReadonlySet<PropertyKey> = new Set(['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'])

/** Throws PrivateKeyInInput naming the place of the first private key inside `value`; `field` is the name of the value itself. */
export function refusePrivateKeys(value: unknown, field: string): void {
  const path = findPrivateKey(value)
  if (path !== undefined) throw new PrivateKeyInInput(fieldName(field, path))
}

export function holdsPrivateKey(value: unknown): boolean {
  return findPrivateKey(value) !== undefined
}

/** In base64 or hexadecimal digits too, a few times over, as in a Kubernetes Secret. */
function isPrivateKeyText(text: string, wrappings = 3): boolean {
  if (holdsArmour(text) || holdsPrivateDer(text) || isPrivateJwkText(text)) return true
  return wrappings > 0 && wrapped(text).some((inner) => isPrivateKeyText(inner, wrappings - 1))
}

/** In a URL, spaces are written otherwise. */
function holdsArmour(text: string): boolean {
  return /PRIVATE(?: |%20|\+)KEY/.test(text)
}

/** Text inside the text; bytes are judged by `holdsPrivateDer`. */
function wrapped(text: string): string[] {
  const inBase64 = text.match(/[A-Za-z0-9+/_-]{40,}/g) ?? []
  const inHex = text.match(/(?:[0-9A-Fa-f]{2}){40,}/g) ?? []
  return [
    ...inBase64.map((run) => Buffer.from(run, 'base64').toString('latin1')).filter(isPrintable),
    ...inHex.map((run) => Buffer.from(run, 'hex')).map(bytesAsText),
  ]
}

const isPrintable = (text: string) => /^[\s\x20-\x7e]*$/.test(text)

function bytesAsText(bytes: Buffer): string {
  const text = bytes.toString('latin1')
  return isPrintable(text) ? text : bytes.toString('base64')
}

/**
 * `detail` and `['jwks', 'keys', 0, 'd']` as `detail.jwks.keys[0].d`. The names in a path are the sender's: one that is long
 * or odd could itself be a secret and is not shown.
 */
export function fieldName(root: string, path: readonly PropertyKey[]): string {
  const parts = path
    .slice(0, MAX_SHOWN_PARTS)
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${shownName(String(part))}`))
  return root + parts.join('') + (path.length > MAX_SHOWN_PARTS ? '…' : '')
}

/** Nothing that we take is as deep. */
const MAX_SHOWN_PARTS = 10

export function shownName(name: string): string {
  return /^[\w:./@-]{1,40}$/.test(name) ? name : '(a name that is not shown)'
}

function findPrivateKey(root: unknown): PropertyKey[] | undefined {
  for (const place of placesIn(root)) {
    if (typeof place.value === 'string' && isPrivateKeyText(place.value)) return pathOf(place)
    for (const member of membersOf(place)) {
      if (typeof member.name === 'string' && isPrivateKeyText(member.name)) return pathOf(place)
      if (isPrivateMember(place, member)) return pathOf(member)
    }
  }
  return undefined
}

/** `d` may be the name of a tag; it is private only in a JWK: an object with `kty`, or a member of a JWK Set's `keys`. */
function isPrivateMember(place: Place, { name, value }: Place): boolean {
  if (!PRIVATE_JWK_MEMBERS.has(name) || value === null || value === '') return false
  const isJwk = typeof place.value === 'object' && place.value !== null && 'kty' in place.value
  return isJwk || place.parent?.name === 'keys'
}

/** A JWK as JSON inside a string. */
function isPrivateJwkText(text: string): boolean {
  return /"kty"/.test(text) && /"(?:d|p|q|dp|dq|qi|oth|k)"\s*:/.test(text)
}

/** A DER SEQUENCE (0x30) in base64 begins with M and a letter from A to P; 40 characters are less than the shortest key. */
function holdsPrivateDer(text: string): boolean {
  const runs = text.matchAll(/(?<![A-Za-z0-9+/_-])M[A-P][A-Za-z0-9+/_-]{38}/g)
  for (const [run] of runs) if (beginsPrivateDer(Buffer.from(run, 'base64'))) return true
  return false
}

/**
 * PKCS#8, PKCS#1, SEC 1 and PKCS#12 all begin with a version: an INTEGER of one byte. No public key or certificate does.
 * An encrypted PKCS#8 key begins with the algorithm of its encryption, of PKCS#5 or PKCS#12 (RFC 5958 §3, RFC 8018).
 */
function beginsPrivateDer(der: Buffer): boolean {
  const content = contentStart(der, 0)
  if (der[content] === 0x02 && der[content + 1] === 0x01) return true
  if (der[content] !== 0x30) return false
  const algorithm = der.subarray(contentStart(der, content)).toString('hex')
  return /^06..2a864886f70d01(05|0c)/.test(algorithm)
}

/** Where the content of a DER value begins: after the tag, the length, and the length's own bytes (X.690 §8.1.3). */
function contentStart(der: Buffer, at: number): number {
  const length = der[at + 1] ?? 0
  return at + 2 + (length > 0x80 ? length - 0x80 : 0)
}
