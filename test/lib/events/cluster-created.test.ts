import { generateKeyPairSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { partitionOf } from '../../../lib/aws/partitions.ts'
import { InvalidInput, PrivateKeyInInput } from '../../../lib/errors.ts'
import { parseClusterCreated, parseClusterCreatedDetail } from '../../../lib/events/cluster-created.ts'
import type { Place } from '../../../lib/events/hosting.ts'
import { EC_KID, EC_PEM, RSA_KID, RSA_MODULUS, RSA_PEM } from '../oidc/keys.ts'
import { anEvent, CREATED } from './event.ts'

function placeIn(region: string, allowPublicBuckets = true): Place {
  return {
    stage: 'dev',
    accountId: '000000000000',
    region,
    partition: partitionOf(region),
    allowPublicBuckets,
    sharedHost: '',
  }
}

function parsed(detail: unknown, stackRegion = 'eu-central-1') {
  return parseClusterCreated(anEvent('Cluster Created', detail), placeIn(stackRegion))
}

function message(detail: unknown, stackRegion?: string): string {
  try {
    parsed(detail, stackRegion)
  } catch (error) {
    if (error instanceof InvalidInput) return error.message
    throw error
  }
  throw new Error('nothing was refused')
}

describe('parseClusterCreated', () => {
  test('refuses a tag that every object has', () => {
    expect(message({ ...CREATED, tags: JSON.parse('{"team":"a","__proto__":"b"}') })).toBe(
      'detail.tags.__proto__: is not known',
    )
  })

  test('fills in account, region, hosting, audiences, tags and the issuer', () => {
    const { envelope, desired, keys } = parsed(CREATED)

    expect(envelope.account).toBe('111122223333')
    expect(desired).toEqual({
      cluster: 'golem',
      accountId: '111122223333',
      region: 'eu-central-1',
      baseDomain: 'golem.gaws.gigantic.io',
      hosting: { type: 'dedicated' },
      issuer: 'https://irsa.golem.gaws.gigantic.io',
      audiences: ['sts.amazonaws.com'],
      tags: {},
    })
    expect(keys.map((key) => key.kid)).toEqual([EC_KID])
  })

  test('takes everything that is given, audiences each once and in the order sent', () => {
    const { desired, keys } = parsed({
      cluster: 'golem',
      accountId: '444455556666',
      region: 'us-east-1',
      baseDomain: 'golem.gaws.gigantic.io',
      jwks: { keys: [{ kty: 'RSA', kid: 'mine', use: 'sig', alg: 'RS256', n: RSA_MODULUS, e: 'AQAB' }] },
      hosting: { type: 'dedicated' },
      audiences: ['vault', 'sts.amazonaws.com', 'vault'],
      tags: { team: 'rocket' },
    })

    expect(desired).toMatchObject({
      accountId: '444455556666',
      region: 'us-east-1',
      audiences: ['vault', 'sts.amazonaws.com'],
      tags: { team: 'rocket' },
    })
    expect(keys.map((key) => key.kid)).toEqual(['mine'])
  })

  test('takes several keys in one text and several texts', () => {
    const { keys } = parsed({ ...CREATED, serviceAccountKeys: [`${RSA_PEM}${EC_PEM}`, RSA_PEM] })

    expect(keys.map((key) => key.kid)).toEqual([RSA_KID, EC_KID])
  })

  test('takes the example once its placeholder is a key', () => {
    const example = JSON.parse(readFileSync('examples/cluster-created.json', 'utf8'))

    expect(parsed({ ...example, serviceAccountKeys: [RSA_PEM] }).desired.tags).toEqual({
      installation: 'golem',
      team: 'rocket',
    })
    expect(message(example)).toMatch(/^detail\.serviceAccountKeys\[0\]: /)
  })

  test('reads a detail alone, for the account that would speak', () => {
    expect(parseClusterCreatedDetail(CREATED, '444455556666', placeIn('us-west-2')).desired).toMatchObject({
      accountId: '444455556666',
      region: 'us-west-2',
    })
  })

  test('names everything that is wrong in one message, and nothing of what was sent', () => {
    const detail = {
      cluster: 'Golem!secret',
      accountId: '1secret',
      region: 'moon-secret-1',
      baseDomain: 'Secret.example.com',
      audiences: ['https://kubernetes.default.svc', 'a secret'],
      tags: { 'aws:secret': 'x' },
      hosting: { type: 'secret' },
      basedomain: 'secret',
    }

    expect(message(detail).split('; ')).toEqual([
      'detail.cluster: must be a DNS label: 1 to 63 lower-case letters, digits and inner hyphens',
      'detail.accountId: must be an AWS account ID of 12 digits',
      'detail.region: must be the name of an AWS region',
      'detail.baseDomain: must be in lower case: issuers are compared byte by byte',
      'detail.hosting.type: must be dedicated, shared, s3 or external',
      expect.stringMatching(/^detail\.audiences\[0\]: must not be the API server's/),
      expect.stringMatching(/^detail\.audiences\[1\]: must have 1 to 255 printable/),
      expect.stringMatching(/^detail\.tags\.aws:secret: must not begin with aws: or irsa:/),
      'detail.basedomain: is not known',
      'detail: must have either serviceAccountKeys or jwks',
    ])
  })

  test('wants one kind of keys, not both', () => {
    const jwks = { keys: [{ kty: 'RSA', kid: 'a', n: RSA_MODULUS, e: 'AQAB' }] }

    expect(message({ ...CREATED, jwks })).toBe('detail: must have either serviceAccountKeys or jwks')
  })

  test('refuses the issuer as audience', () => {
    expect(
      message({ ...CREATED, audiences: ['sts.amazonaws.com', 'https://irsa.golem.gaws.gigantic.io'] }),
    ).toBe("detail.audiences[1]: must not be the issuer: it is in every pod's default token")
  })

  test.each<[string, Record<string, unknown>, string]>([
    ['a cluster of 64 characters', { cluster: 'a'.repeat(64) }, 'cluster'],
    ['a cluster with a dot', { cluster: 'a.b' }, 'cluster'],
    ['no audiences', { audiences: [] }, 'audiences'],
    ['eleven audiences', { audiences: Array.from({ length: 11 }, (_, i) => `a${i}`) }, 'audiences'],
    ['an account that is a number', { accountId: 111122223333 }, 'accountId'],
    ['no key', { serviceAccountKeys: [] }, 'serviceAccountKeys'],
    ['a key that is a number', { serviceAccountKeys: [1] }, 'serviceAccountKeys[0]'],
    ['null for tags', { tags: null }, 'tags'],
    ['hosting that there is not', { hosting: { type: 'rented' } }, 'hosting.type'],
    ['no base domain', { baseDomain: undefined }, 'baseDomain'],
    ['hosting with a member too many', { hosting: { type: 'dedicated', x: 1 } }, 'hosting.x'],
  ])('refuses %s', (_, member, field) => {
    expect(message({ ...CREATED, ...member })).toMatch(
      new RegExp(`^detail\\.${field.replace(/[[\].]/g, '\\$&')}: `),
    )
  })

  test.each([[undefined], [null], ['text'], [[]], [{}]])('refuses the detail %j', (detail) => {
    expect(() => parsed(detail)).toThrow(InvalidInput)
  })

  describe('with external hosting', () => {
    const issuer = 'https://oidc.eks.eu-central-1.amazonaws.com/id/0123456789ABCDEF'
    const external = { cluster: 'golem', hosting: { type: 'external', issuer } }

    test('takes the issuer as it is, without keys and base domain', () => {
      const { desired, keys } = parsed(external)

      expect(desired).toEqual({
        cluster: 'golem',
        accountId: '111122223333',
        region: 'eu-central-1',
        hosting: { type: 'external' },
        issuer,
        audiences: ['sts.amazonaws.com'],
        tags: {},
      })
      expect(keys).toEqual([])
    })

    test.each<[string, Record<string, unknown>, string]>([
      ['keys', { serviceAccountKeys: [EC_PEM] }, 'serviceAccountKeys'],
      ['a base domain', { baseDomain: 'golem.gaws.gigantic.io' }, 'baseDomain'],
      ['no issuer', { hosting: { type: 'external' } }, 'hosting.issuer'],
      [
        'an issuer of everybody',
        { hosting: { type: 'external', issuer: 'https://gitlab.com' } },
        'hosting.issuer',
      ],
      ['the issuer as audience', { audiences: [issuer] }, 'audiences\\[0\\]'],
    ])('refuses %s', (_, member, field) => {
      expect(message({ ...external, ...member })).toMatch(new RegExp(`^detail\\.${field}: `))
    })

    test('says which field is wrong, and that the API server must have the issuer without its slash, too', () => {
      const detail =
        'must not end with the slash behind its host: issuers are compared byte by byte, and the API server must have the same as --service-account-issuer'
      const slashed = { type: 'external', issuer: 'https://oidc.example.com/' }

      expect(() => parsed({ ...external, hosting: slashed })).toThrow(
        expect.objectContaining({ faults: [{ pointer: '/hosting/issuer', detail }] }),
      )
    })

    test('is for every partition', () => {
      expect(parsed(external, 'cn-north-1').desired.issuer).toBe(issuer)
    })
  })

  describe('on the host that clusters share', () => {
    const sharedHost = 'irsa.shared.example.com'
    const place = { ...placeIn('eu-central-1'), sharedHost }
    const { baseDomain: _, ...shared } = { ...CREATED, hosting: { type: 'shared' } }
    const messageAt = (detail: object, at = place) => {
      try {
        parseClusterCreatedDetail(detail, '111122223333', at)
      } catch (error) {
        if (error instanceof InvalidInput) return error.message
        throw error
      }
      throw new Error('nothing was refused')
    }

    test('has its name as path of the issuer', () => {
      const { desired } = parseClusterCreatedDetail(shared, '111122223333', place)

      expect(desired).toMatchObject({ issuer: `https://${sharedHost}/golem`, hosting: { type: 'shared' } })
      expect(desired).not.toHaveProperty('baseDomain')
    })

    test.each([
      ['a base domain', { ...shared, baseDomain: 'golem.example.com' }, 'baseDomain: belongs to dedicated'],
      [
        'a host of its own',
        { ...shared, hosting: { type: 'shared', host: 'x' } },
        'hosting.host: is not known',
      ],
      ['the name of the host itself', { ...shared, cluster: '_shared' }, 'cluster: must be a DNS label'],
      [
        'that host as its own',
        { ...CREATED, baseDomain: 'shared.example.com' },
        'baseDomain: must be another one: irsa.shared.example.com is for',
      ],
      [
        'the place of another cluster as external issuer',
        { cluster: 'golem', hosting: { type: 'external', issuer: `https://${sharedHost}/troll` } },
        'hosting.issuer: must be another one',
      ],
    ])('refuses %s', (_, detail, fault) => {
      expect(messageAt(detail)).toContain(`detail.${fault}`)
    })

    test('is refused by a stack that has none', () => {
      expect(messageAt(shared, placeIn('eu-central-1'))).toBe(
        'detail.hosting.type: must not be shared: the stack has no shared host (parameter sharedHost)',
      )
    })
  })

  describe('with a public bucket as issuer', () => {
    const { baseDomain: _, ...detail } = { ...CREATED, hosting: { type: 's3' } }

    test.each([
      ['us-gov-west-1', 's3.us-gov-west-1.amazonaws.com'],
      ['cn-north-1', 's3.cn-north-1.amazonaws.com.cn'],
      ['eusc-de-east-1', 's3.eusc-de-east-1.amazonaws.eu'],
    ])('in %s has it in %s', (region, host) => {
      expect(parsed(detail, region).desired.issuer).toMatch(
        new RegExp(`^https://${host}/irsa-dev-golem-[0-9a-f]{8}-000000000000-${region}-an$`),
      )
    })

    test('is refused where there is CloudFront, and where the stack does not allow it', () => {
      expect(message(detail)).toBe(
        'detail.hosting.type: must be dedicated or shared or external in partition aws',
      )
      expect(() =>
        parseClusterCreatedDetail(detail, '111122223333', placeIn('us-gov-west-1', false)),
      ).toThrow(/allowPublicBuckets/)
    })
  })

  test("refuses a region of another partition than the stack's", () => {
    expect(message({ ...CREATED, region: 'cn-north-1' })).toBe(
      'detail.region: is in partition aws-cn; this stack serves aws',
    )
  })

  test('refuses dedicated hosting where there is no CloudFront for it', () => {
    expect(message(CREATED, 'us-gov-west-1')).toBe(
      'detail.hosting.type: must be s3 or external in partition aws-us-gov',
    )
  })

  test('refuses a private key wherever it is, before anything else', () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()

    expect(() => parsed({ serviceAccountKeys: [EC_PEM, pem] })).toThrow(
      new PrivateKeyInInput('detail.serviceAccountKeys[1]'),
    )
    expect(() => parsed({ jwks: { keys: [privateKey.export({ format: 'jwk' })] } })).toThrow(
      new PrivateKeyInInput('detail.jwks.keys[0].d'),
    )
    expect(() => parsed({ ...CREATED, notes: { deep: [pem] } })).toThrow(
      new PrivateKeyInInput('detail.notes.deep[0]'),
    )
  })
})
