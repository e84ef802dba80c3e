import { assert, constantFrom, property, stringMatching } from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  boundaryArn,
  boundaryName,
  bucketDomainName,
  bucketName,
  callerReference,
  certificateToken,
  distributionComment,
  hasAccountNamespace,
  roleArn,
  roleName,
  rolePath,
} from '../../../lib/aws/names.ts'
import { partitionOf } from '../../../lib/aws/partitions.ts'

const STACK = {
  stage: 'dev',
  name: 'irsa-dev',
  accountId: '000000000000',
  region: 'eu-central-1',
  rolePath: '/irsa/',
  partition: partitionOf('eu-central-1'),
}

const dnsLabel = stringMatching(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/)

describe('bucketName', () => {
  test('is in the account’s own namespace', () => {
    expect(bucketName(STACK, 'golem')).toBe('irsa-dev-golem-0256701d-000000000000-eu-central-1-an')
  })

  test.each(['me-south-1', 'me-central-1'])(
    'is in the global namespace in %s, which has no other',
    (region) => {
      expect(bucketName({ ...STACK, region }, 'golem')).toBe(`irsa-dev-golem-0256701d-000000000000-${region}`)
    },
  )

  test('cuts a long cluster to what 63 characters leave, never at a hyphen', () => {
    const name = bucketName(STACK, 'a-very-long-name-of-a-cluster')

    expect(name).toMatch(/^irsa-dev-a-very-long-name-[0-9a-f]{8}-000000000000-eu-central-1-an$/)
    expect(name).toHaveLength(63)
    expect(bucketName(STACK, 'abcdefghijklmno-p')).toMatch(/^irsa-dev-abcdefghijklmno-[0-9a-f]{8}-0/)
  })

  test('is another for clusters that are cut to the same', () => {
    expect(bucketName(STACK, 'a-very-long-name-of-a-cluster')).not.toBe(
      bucketName(STACK, 'a-very-long-name-of-another'),
    )
  })

  test('is a bucket’s name whatever cluster, stage and region are', () => {
    const region = constantFrom('us-east-1', 'ap-southeast-7', 'me-central-1', 'ca-central-1')
    const cases = property(dnsLabel, stringMatching(/^[a-z0-9]{1,8}$/), region, (cluster, stage, at) => {
      expect(bucketName({ ...STACK, stage, region: at }, cluster)).toMatch(
        /^(?=.{3,63}$)[a-z0-9]+(-+[a-z0-9]+)*$/,
      )
    })
    assert(cases)
  })
})

describe('hasAccountNamespace', () => {
  test('is so everywhere but in two regions', () => {
    const regions = ['eu-central-1', 'us-east-1', 'me-south-1', 'me-central-1']
    expect(regions.map(hasAccountNamespace)).toEqual([true, true, false, false])
  })
})

describe('bucketDomainName', () => {
  test('names the region', () => {
    expect(bucketDomainName(STACK, bucketName(STACK, 'golem'))).toBe(
      'irsa-dev-golem-0256701d-000000000000-eu-central-1-an.s3.eu-central-1.amazonaws.com',
    )
  })
})

describe('roleName', () => {
  test('is whole up to 64 characters', () => {
    expect(roleName(STACK, { cluster: 'golem', namespace: 'shop', serviceAccount: 'cart' })).toBe(
      'dev_golem_shop_cart',
    )
    expect(roleName(STACK, { cluster: 'golem', namespace: 'n', serviceAccount: 's'.repeat(52) })).toBe(
      `dev_golem_n_${'s'.repeat(52)}`,
    )
  })

  test('is cut and hashed above', () => {
    const subject = { cluster: 'golem', namespace: 'n', serviceAccount: 's'.repeat(53) }

    const name = roleName(STACK, subject)

    expect(name).toMatch(/^dev_golem_n_s{39}_[0-9a-f]{12}$/)
    expect(name).toHaveLength(64)
    expect(roleName(STACK, { ...subject, serviceAccount: `${'s'.repeat(52)}t` })).not.toBe(name)
  })

  test('never joins different parts to the same name', () => {
    expect(roleName(STACK, { cluster: 'a', namespace: 'b-c', serviceAccount: 'd' })).not.toBe(
      roleName(STACK, { cluster: 'a-b', namespace: 'c', serviceAccount: 'd' }),
    )
  })
})

describe('IAM names', () => {
  test('have the stage, and the cluster in the path', () => {
    expect(rolePath(STACK, 'golem')).toBe('/irsa/golem/')
    expect(roleArn('aws', '111122223333', '/irsa/golem/', 'dev_golem_shop_cart')).toBe(
      'arn:aws:iam::111122223333:role/irsa/golem/dev_golem_shop_cart',
    )
    expect(boundaryName(STACK)).toBe('irsa-dev-boundary')
    expect(boundaryArn(STACK, '111122223333')).toBe('arn:aws:iam::111122223333:policy/irsa-dev-boundary')
  })
})

describe('distributionComment', () => {
  test('is at most CloudFront’s 128 characters', () => {
    expect(distributionComment(STACK, 'golem')).toBe('irsa irsa-dev golem')
    expect(distributionComment({ ...STACK, name: 'n'.repeat(128) }, 'golem')).toHaveLength(128)
  })
})

describe('callerReference', () => {
  test('is the same for the same distribution, so that a lost answer makes no second one', () => {
    const reference = callerReference(STACK, 'golem', 'arn:1', '')

    expect(reference).toMatch(/^irsa-[0-9a-f]{32}$/)
    expect(callerReference(STACK, 'golem', 'arn:1', '')).toBe(reference)
  })

  test('is another for every other stack, cluster, certificate and replaced distribution', () => {
    const references = [
      callerReference(STACK, 'golem', 'arn:1', ''),
      callerReference({ ...STACK, name: 'irsa-prod' }, 'golem', 'arn:1', ''),
      callerReference(STACK, 'troll', 'arn:1', ''),
      callerReference(STACK, 'golem', 'arn:2', ''),
      callerReference(STACK, 'golem', 'arn:1', 'E1'),
      callerReference(STACK, 'golem', 'arn:', '1E1'),
    ]
    expect(new Set(references).size).toBe(references.length)
  })
})

describe('certificateToken', () => {
  test('fits ACM’s 32 word characters, and is another after a failure', () => {
    const token = certificateToken(STACK, 'https://irsa.example.com', '')

    expect(token).toMatch(/^\w{32}$/)
    expect(certificateToken(STACK, 'https://irsa.example.com', '')).toBe(token)
    expect(certificateToken(STACK, 'https://irsa.example.com', 'arn:1')).not.toBe(token)
  })
})
