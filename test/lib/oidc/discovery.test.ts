import { expect, test } from 'vitest'
import { DISCOVERY_KEY, discoveryDocument } from '../../../lib/oidc/discovery.ts'
import { JWKS_KEY } from '../../../lib/oidc/jwks.ts'

test('the discovery document is these exact bytes', () => {
  expect(discoveryDocument('https://irsa.example.com')).toBe(
    '{"issuer":"https://irsa.example.com","jwks_uri":"https://irsa.example.com/openid/v1/jwks",' +
      '"authorization_endpoint":"urn:kubernetes:programmatic_authorization",' +
      '"response_types_supported":["id_token"],"subject_types_supported":["public"],' +
      '"id_token_signing_alg_values_supported":["ES256","ES384","ES512","RS256","RS384","RS512"],' +
      '"claims_supported":["aud","exp","iat","iss","sub"]}',
  )
})

test('the objects lie where the API server serves the same documents', () => {
  expect([DISCOVERY_KEY, JWKS_KEY]).toEqual(['.well-known/openid-configuration', 'openid/v1/jwks'])
})
