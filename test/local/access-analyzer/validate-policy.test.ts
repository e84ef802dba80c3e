/** Facts from https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html */
import { describe, expect, test } from 'vitest'
import { type PolicyKind, validatePolicy } from '../../../local/access-analyzer/validate-policy.ts'

const ALLOW = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::golem/*' }

function policy(...statements: readonly object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements })
}

async function found(text: string, kind: PolicyKind = 'identity'): Promise<unknown[]> {
  const findings = await validatePolicy(text, kind)
  return findings.map(({ findingType, issueCode, locations = [] }) => [
    `${findingType} ${issueCode}`,
    ...locations.map(({ path = [] }) => path.map(({ index, value }) => index ?? value).join('.')),
  ])
}

describe('a policy', () => {
  test('of which nothing is to be said has no findings', async () => {
    const plain = policy(ALLOW, { ...ALLOW, Action: ['s3:Get*', 'S3:listbucket'], Resource: '*' })

    expect(await found(plain)).toEqual([])
  })

  test.each([
    ['that is no JSON', '{', [['ERROR JSON_SYNTAX_ERROR', '']]],
    ['without a version', JSON.stringify({ Statement: [ALLOW] }), [['WARNING MISSING_VERSION', '']]],
    ['without a statement', '{"Version":"2012-10-17"}', [['ERROR MISSING_STATEMENT', '']]],
    [
      'of another version',
      JSON.stringify({ Version: '2012-10-18', Statement: ALLOW }),
      [['ERROR INVALID_VERSION', 'Version']],
    ],
    [
      'with two statements of one name',
      policy({ ...ALLOW, Sid: 'A' }, { ...ALLOW, Sid: 'A' }),
      [['ERROR UNIQUE_SIDS_REQUIRED', 'Statement.1.Sid']],
    ],
  ])('%s is told of', async (_, text, findings) => {
    expect(await found(text)).toEqual(findings)
  })
})

test.each<[string, object, ...(readonly string[])[]]>([
  ['an action that AWS has not', { Action: 's3:GetObjct' }, ['ERROR INVALID_ACTION', 'Action']],
  ['a wildcard that is of none', { Action: ['s3:Get*', 's3:Gte*'] }, ['ERROR INVALID_ACTION', 'Action.1']],
  ['a service that AWS has not', { Action: 's4:Get' }, ['ERROR INVALID_SERVICE_IN_ACTION', 'Action']],
  ['no effect', { Effect: undefined }, ['ERROR MISSING_EFFECT', '']],
  ['another effect', { Effect: 'allow' }, ['ERROR INVALID_EFFECT', 'Effect']],
  ['no action', { Action: undefined }, ['ERROR MISSING_ACTION', '']],
  ['no resource', { Resource: undefined }, ['ERROR MISSING_RESOURCE', '']],
  ['a principal', { Principal: '*' }, ['ERROR UNSUPPORTED_PRINCIPAL', 'Principal']],
  ['an element that is none', { Resources: '*' }, ['ERROR INVALID_POLICY_ELEMENT', 'Resources']],
  ['a number', { Resource: 5 }, ['ERROR DATA_TYPE_MISMATCH', 'Resource']],
  [
    'a bucket with an account',
    { Resource: 'arn:aws:s3::111122223333:golem' },
    ['ERROR ARN_ACCOUNT_NOT_ALLOWED', 'Resource'],
  ],
  [
    'a role with a region',
    { Resource: 'arn:aws:iam:eu-west-1:111122223333:role/x' },
    ['ERROR ARN_REGION_NOT_ALLOWED', 'Resource'],
  ],
  [
    'an account of eleven digits',
    { Resource: 'arn:aws:sqs:eu-west-1:11112222333:q' },
    ['ERROR INVALID_ARN_ACCOUNT', 'Resource'],
  ],
  ['half an ARN', { Resource: ['arn:aws:s3:::a', 'arn:aws:s3'] }, ['ERROR MISSING_ARN_FIELD', 'Resource.1']],
  ['another partition', { Resource: 'arn:awz:s3:::a' }, ['ERROR INVALID_PARTITION', 'Resource']],
  [
    'an operator that is none',
    { Condition: { StringIs: { 'aws:username': 'a' } } },
    ['ERROR INVALID_CONDITION_OPERATOR', 'Condition.StringIs'],
  ],
  [
    'a key without a service',
    { Condition: { StringLike: { username: 'a' } } },
    ['ERROR INVALID_CONDITION_KEY_FORMAT', 'Condition.StringLike.username'],
  ],
  [
    'one key in two spellings',
    { Condition: { StringLike: { 'aws:username': 'a', 'aws:UserName': 'b' } } },
    ['ERROR DUPLICATE_KEYS_WITH_DIFFERENT_CASE', 'Condition.StringLike.aws:UserName'],
  ],
  [
    'ForAllValues of a key with one value',
    { Condition: { 'ForAllValues:StringEquals': { 'aws:SourceAccount': 'a' } } },
    [
      'SECURITY_WARNING FORALLVALUES_WITH_SINGLE_VALUED_KEY',
      'Condition.ForAllValues:StringEquals.aws:SourceAccount',
    ],
  ],
  [
    'iam:PassRole on any role',
    { Action: 'iam:PassRole', Resource: 'arn:aws:iam::111122223333:role/*' },
    ['SECURITY_WARNING PASS_ROLE_WITH_STAR_IN_RESOURCE', 'Action', 'Resource'],
  ],
  [
    'iam:Pass* on any role',
    { Action: ['s3:Get*', 'iam:Pass*'], Resource: ['*'] },
    ['SECURITY_WARNING PASS_ROLE_WITH_STAR_IN_ACTION_AND_RESOURCE', 'Action.1', 'Resource.0'],
  ],
  [
    'iam:PassRole on all roles but one',
    { Action: 'iam:PassRole', Resource: undefined, NotResource: 'arn:aws:iam::111122223333:role/x' },
    ['SECURITY_WARNING PASS_ROLE_WITH_NOT_RESOURCE', 'Action', 'NotResource'],
  ],
  [
    'iam:PassRole on any role, for one service',
    {
      Action: 'iam:PassRole',
      Resource: '*',
      Condition: { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } },
    },
  ],
])('a statement with %s is told of, and where it is', async (_, change, ...findings) => {
  const placed = findings.map(([what, ...paths]) => [
    what,
    ...paths.map((path) => `Statement.0${path && `.${path}`}`),
  ])

  expect(await found(policy({ ...ALLOW, ...change }))).toEqual(placed)
})

describe('a trust policy', () => {
  const trust = {
    Effect: 'Allow',
    Principal: { Federated: 'arn:aws:iam::111122223333:oidc-provider/irsa.example.com' },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition: { StringEquals: { 'irsa.example.com:sub': 'system:serviceaccount:a:b' } },
  }

  test('has a principal, and no resource', async () => {
    expect(await found(policy(trust), 'trust')).toEqual([])
    expect(await found(policy({ ...trust, Principal: undefined }), 'trust')).toEqual([
      ['ERROR MISSING_PRINCIPAL', 'Statement.0'],
    ])
    expect(await found(policy({ ...trust, Resource: '*' }), 'trust')).toEqual([
      ['ERROR INVALID_POLICY_ELEMENT', 'Statement.0.Resource'],
    ])
  })

  test('that admits all but one is told of', async () => {
    const { Principal: NotPrincipal, ...others } = trust

    expect(await found(policy({ ...others, NotPrincipal }), 'trust')).toEqual([
      ['SECURITY_WARNING ALLOW_WITH_NOT_PRINCIPAL', 'Statement.0.NotPrincipal'],
    ])
  })
})

test('a finding has the lines and columns of its place, and a link to what AWS says of it', async () => {
  const text = `{\n  "Version": "2012-10-17",\n  "Statement": {"Effect": "Allow", "Action": "s3:No", "Resource": "*"}\n}`

  const [finding] = await validatePolicy(text, 'identity')

  const offset = text.indexOf('"s3:No"')
  expect(finding?.locations?.[0]?.span).toEqual({
    start: { line: 3, column: 45, offset },
    end: { line: 3, column: 52, offset: offset + 7 },
  })
  expect(finding?.learnMoreLink).toMatch(/policy-checks\.html#.*-error-invalid-action$/)
})
