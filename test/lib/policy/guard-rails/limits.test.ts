import { describe, expect, test } from 'vitest'
import { type Limits, NO_LIMITS } from '../../../../lib/policy/guard-rails.ts'
import { allowing, findingsOf, found, QUEUE } from './fixture.ts'

const S3 = 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess'
const BUCKET = 'arn:aws:s3:::team-logs/*'

function refusedBy(absolute: Limits, content: object): string[] {
  return found(content, { ...NO_LIMITS, absolute })
}

describe('a limit', () => {
  test.each<[string, Limits, object, string[]]>([
    [
      'takes actions within its patterns',
      { actions: ['s3:Get*', 'sqs:*'] },
      allowing(['S3:GetO*', 'sqs:SendMessage']),
      [],
    ],
    [
      'refuses other actions',
      { actions: ['s3:Get*'] },
      allowing(['s3:GetObject', 's3:G*']),
      ['/policies/0/statements/0/Action/1 ActionNotAllowed refused'],
    ],
    [
      'refuses denied actions in any spelling',
      { deniedActions: ['s3:DeleteObject'] },
      allowing('s3:DeleteO*', BUCKET),
      ['/policies/0/statements/0/Action ActionNotAllowed refused'],
    ],
    [
      'takes resources within its patterns',
      { resources: ['arn:aws:s3:::team-*'] },
      allowing('s3:GetObject', [BUCKET]),
      [],
    ],
    [
      'refuses other resources',
      { resources: ['arn:aws:s3:::team-*'] },
      allowing('s3:GetObject', [BUCKET, 'arn:aws:s3:::t*']),
      ['/policies/0/statements/0/Resource/1 ResourceNotAllowed refused'],
    ],
    [
      'refuses denied resources in any spelling',
      { deniedResources: ['arn:aws:s3:::payroll/*'] },
      allowing('s3:GetObject', 'arn:aws:s3:::pay*'),
      ['/policies/0/statements/0/Resource ResourceNotAllowed refused'],
    ],
    [
      'refuses a variable that could be a denied resource',
      { deniedResources: ['arn:aws:s3:::payroll/*'] },
      allowing('s3:GetObject', 'arn:aws:s3:::p${aws:userid}/a'),
      ['/policies/0/statements/0/Resource ResourceNotAllowed refused'],
    ],
    [
      'takes its managed policies',
      { managedPolicies: ['arn:aws:iam::aws:policy/AmazonS3*'] },
      { policies: [{ arn: S3 }] },
      [],
    ],
    [
      'refuses other managed policies',
      { managedPolicies: [] },
      { policies: [{ arn: S3 }] },
      ['/policies/0/arn ManagedPolicyNotAllowed refused'],
    ],
    [
      'takes its entries of the catalogue, with the actions they need',
      { catalogue: ['efs-csi-driver'], actions: [] },
      { policies: [{ catalogue: 'efs-csi-driver' }] },
      [],
    ],
    [
      'refuses other entries',
      { catalogue: [] },
      { policies: [{ catalogue: 'efs-csi-driver' }] },
      ['/policies/0/catalogue CatalogueEntryNotAllowed refused'],
    ],
    [
      'refuses what an entry is told to use',
      { resources: ['arn:aws:s3:::team-*'] },
      { policies: [{ catalogue: 's3-read', parameters: { bucket: 'payroll' } }] },
      ['/policies/0/parameters ResourceNotAllowed refused'],
    ],
    [
      'refuses other tags, and finds them by their pointer',
      { tagKeys: ['team'] },
      { tags: { team: 'a', 'a/b': 'c' } },
      ['/tags/a~1b TagKeyNotAllowed refused'],
    ],
    [
      'does not narrow what it leaves out',
      {},
      { tags: { team: 'a' }, policies: [{ arn: S3 }, ...allowing('sqs:SendMessage').policies] },
      [],
    ],
  ])('%s', (_, limits, content, expected) => {
    expect(refusedBy(limits, content)).toEqual(expected)
  })

  test('names what it lists', () => {
    const [finding] = findingsOf(
      { tags: { x: 'y' } },
      { ...NO_LIMITS, absolute: { tagKeys: ['team', 'app'] } },
    )

    expect(finding?.allowed).toBe("the tag keys of the tenant's rules: team, app")
  })
})

describe('two limits', () => {
  const guardRails = {
    absolute: { actions: ['sqs:*'] },
    automatic: { actions: ['sqs:Receive*'] },
    wildcards: false,
  }

  test.each([
    ['within both', 'sqs:ReceiveMessage', []],
    ['between them', 'sqs:SendMessage', ['needs-approval']],
    ['beyond both', 'sns:Publish', ['refused']],
  ])('what is %s', (_, action, severities) => {
    expect(findingsOf(allowing(action), guardRails).map(({ severity }) => severity)).toEqual(severities)
  })
})

test('wildcards need no approval where the rules allow them; the rest does', () => {
  const allowingThem = { ...NO_LIMITS, wildcards: true }

  expect(found(allowing('sns:Publish', '*'), allowingThem)).toEqual([])
  expect(found(allowing('sqs:*', QUEUE), allowingThem)).toEqual([
    '/policies/0/statements/0/Action OpensResources needs-approval',
  ])
})
