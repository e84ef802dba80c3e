import { describe, expect, test } from 'vitest'
import { InvalidInput, PrivateKeyInInput } from '../../../lib/errors.ts'
import { parseClusterKeysChanged } from '../../../lib/events/cluster-keys-changed.ts'
import { EC_KID, EC_PEM, RSA_MODULUS } from '../oidc/keys.ts'
import { anEvent } from './event.ts'

function parsed(detail: unknown) {
  return parseClusterKeysChanged(anEvent('Cluster Keys Changed', detail))
}

describe('parseClusterKeysChanged', () => {
  test('takes keys in PEM', () => {
    const { envelope, ...rest } = parsed({ cluster: 'golem', serviceAccountKeys: [EC_PEM] })

    expect(envelope.account).toBe('111122223333')
    expect(rest).toEqual({
      cluster: 'golem',
      keys: [expect.objectContaining({ kid: EC_KID })],
      retireNow: undefined,
    })
  })

  test('takes a JWK Set and the reason to retire the others at once', () => {
    const key = { kty: 'RSA', kid: 'mine', n: RSA_MODULUS, e: 'AQAB' }

    expect(parsed({ cluster: 'golem', jwks: { keys: [key] }, retireNow: 'key disclosed' })).toMatchObject({
      keys: [{ kid: 'mine' }],
      retireNow: 'key disclosed',
    })
  })

  test.each([
    ['no keys', { cluster: 'golem' }],
    ['no cluster', { serviceAccountKeys: [EC_PEM] }],
    ['an empty reason', { cluster: 'golem', serviceAccountKeys: [EC_PEM], retireNow: '' }],
    ['true for a reason', { cluster: 'golem', serviceAccountKeys: [EC_PEM], retireNow: true }],
    ['a reason of two lines', { cluster: 'golem', serviceAccountKeys: [EC_PEM], retireNow: 'a\nb' }],
    ['what it does not know', { cluster: 'golem', serviceAccountKeys: [EC_PEM], retirenow: 'x' }],
  ])('refuses %s', (_, detail) => {
    expect(() => parsed(detail)).toThrow(InvalidInput)
  })

  test('refuses private keys', () => {
    expect(() => parsed({ cluster: 'golem', jwks: { keys: [{ kty: 'RSA', d: 'AQAB' }] } })).toThrow(
      new PrivateKeyInInput('detail.jwks.keys[0].d'),
    )
  })
})
