import { expect, test } from 'vitest'
import type { Fetched } from '../../../../lib/issuer-fetch.ts'
import { keysFromPems } from '../../../../lib/oidc/jwks.ts'
import { readServed } from '../../../../lib/ops/adoption/served.ts'
import { EC_PEM, RSA_PEM } from '../../oidc/keys.ts'

const ISSUER = 'https://irsa.golem.gigantic.io'
const { keys: KEYS } = keysFromPems([EC_PEM, RSA_PEM])

function serving(documents: Readonly<Record<string, unknown>>) {
  return async (url: string): Promise<Fetched> => {
    const document = documents[url.slice(`${ISSUER}/`.length)]
    return document === undefined
      ? { fault: 'it answers with status 403' }
      : { body: JSON.stringify(document) }
  }
}

function documents(jwks: unknown, jwksKey = 'keys.json') {
  const discovery = { issuer: ISSUER, jwks_uri: `${ISSUER}/${jwksKey}` }
  return { '.well-known/openid-configuration': discovery, [jwksKey]: jwks }
}

test('the keys are read where the discovery document says, without what we do not publish', async () => {
  const jwks = { keys: KEYS.map(({ alg: _, ...key }) => ({ ...key, x5t: 'other' })) }

  expect(await readServed(serving(documents(jwks)), ISSUER)).toEqual({ keys: KEYS, jwksKey: 'keys.json' })
})

test('keys that are where ours are have no path of their own', async () => {
  expect(await readServed(serving(documents({ keys: KEYS }, 'openid/v1/jwks')), ISSUER)).toEqual({
    keys: KEYS,
    jwksKey: undefined,
  })
})

test('a key that is listed once more without a kid is one key', async () => {
  const [first] = KEYS
  const jwks = { keys: [...KEYS, { ...first, kid: '' }] }

  expect(await readServed(serving(documents(jwks)), ISSUER)).toMatchObject({ keys: KEYS })
})

test.each<[string, Readonly<Record<string, unknown>>, RegExp]>([
  ['does not answer', {}, /^its discovery document cannot be read: it answers with status 403$/],
  [
    'names another issuer',
    { '.well-known/openid-configuration': { issuer: `${ISSUER}/`, jwks_uri: `${ISSUER}/keys.json` } },
    /^of its discovery document: it does not name/,
  ],
  [
    'has its keys on another host',
    { '.well-known/openid-configuration': { issuer: ISSUER, jwks_uri: 'https://example.org/keys.json' } },
    /on the issuer's own host$/,
  ],
  ['has its keys beside a path', documents({ keys: KEYS }, 'keys?v=1'), /which is no plain path below it$/],
  ['has no keys', documents({ keys: [] }), /must have at least one key/],
  [
    'has a key without a kid that is no other key',
    documents({ keys: [{ ...KEYS[0], kid: undefined }] }),
    /kid must be/,
  ],
  [
    'has a key of a kind that STS does not verify',
    documents({ keys: [{ kty: 'OKP', kid: 'a' }] }),
    /kty must be/,
  ],
])('nobody knows what to serve on of one that %s', async (_, site, fault) => {
  expect(await readServed(serving(site), ISSUER)).toEqual({ fault: expect.stringMatching(fault) })
})
