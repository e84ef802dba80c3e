/** Facts from https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html */
import { describe, expect, test } from 'vitest'
import type { PolicyDocument, Statement } from '../../../local/policy/document.ts'
import { effectOf } from '../../../local/policy/evaluate.ts'

const context = {
  'aws:PrincipalTag/team': 'blue',
  'aws:PrincipalTag/stars': '**',
  'aws:PrincipalArn': 'arn:aws:iam::000000000000:role/app',
  'aws:TagKeys': ['a', 'b'],
  's3:prefix': 'home/blue/x',
}

function effect(statement: Partial<Statement>, resource = 'arn:aws:s3:::bucket/blue/x') {
  return effectIn({ Version: '2012-10-17' }, statement, resource)
}

function effectIn(
  version: Pick<PolicyDocument, 'Version'>,
  statement: Partial<Statement>,
  resource: string,
): 'Allow' | 'Deny' | undefined {
  const policy: PolicyDocument = { ...version, Statement: { Effect: 'Allow', Action: '*', ...statement } }
  return effectOf(policy, { who: { kind: 'anonymous' }, action: 's3:GetObject', resource, context })
}

describe('a variable in Resource', () => {
  test.each<[string, string, 'Allow' | undefined]>([
    ['arn:aws:s3:::bucket/${aws:PrincipalTag/team}/*', 'arn:aws:s3:::bucket/blue/x', 'Allow'],
    ['arn:aws:s3:::bucket/${AWS:principaltag/team}/*', 'arn:aws:s3:::bucket/blue/x', 'Allow'],
    ['arn:aws:s3:::bucket/${aws:PrincipalTag/team}/*', 'arn:aws:s3:::bucket/red/x', undefined],
    ['arn:aws:s3:::bucket/${aws:PrincipalTag/none}/*', 'arn:aws:s3:::bucket//x', undefined],
    ["arn:aws:s3:::bucket-${aws:PrincipalTag/none, 'all'}", 'arn:aws:s3:::bucket-all', 'Allow'],
    ["arn:aws:s3:::bucket-${aws:PrincipalTag/team, 'all'}", 'arn:aws:s3:::bucket-blue', 'Allow'],
    ['arn:aws:s3:::bucket/${*}', 'arn:aws:s3:::bucket/*', 'Allow'],
    ['arn:aws:s3:::bucket/${*}', 'arn:aws:s3:::bucket/blue', undefined],
    ['arn:aws:s3:::bucket/${?}${$}', 'arn:aws:s3:::bucket/?$', 'Allow'],
    ['arn:aws:s3:::bucket/${aws:PrincipalTag/stars}', 'arn:aws:s3:::bucket/blue', undefined],
    ['arn:aws:s3:::bucket/${aws:PrincipalTag/stars}', 'arn:aws:s3:::bucket/**', 'Allow'],
  ])('%s is %s: %j', (Resource, resource, expected) => {
    expect(effect({ Resource }, resource)).toBe(expected)
  })

  test('without a value matches no resource, in NotResource neither', () => {
    const Resource = ['arn:aws:s3:::bucket/${aws:PrincipalTag/none}*', 'arn:aws:s3:::bucket/blue/*']

    expect(effect({ Resource })).toBe('Allow')
    expect(effect({ NotResource: '${aws:PrincipalTag/none}*' })).toBe('Allow')
  })
})

describe('a variable in Condition', () => {
  test.each<[NonNullable<Statement['Condition']>, 'Allow' | undefined]>([
    [{ StringLike: { 's3:prefix': 'home/${aws:PrincipalTag/team}/*' } }, 'Allow'],
    [{ StringLike: { 's3:prefix': 'home/${aws:PrincipalTag/stars}/*' } }, undefined],
    [{ StringEquals: { 'aws:PrincipalTag/team': '${aws:PrincipalTag/team}' } }, 'Allow'],
    [{ ArnEquals: { 'aws:PrincipalArn': '${aws:PrincipalArn}' } }, 'Allow'],
    [
      { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::000000000000:role/${aws:PrincipalTag/none}' } },
      undefined,
    ],
    [{ StringEquals: { 'aws:PrincipalTag/team': '${aws:PrincipalTag/none}' } }, undefined],
    [{ StringLike: { 'aws:PrincipalTag/team': '*${aws:PrincipalTag/none}' } }, undefined],
    // What is equal to nothing is not equal.
    [{ StringNotEquals: { 'aws:PrincipalTag/team': '${aws:PrincipalTag/none}' } }, 'Allow'],
    // One of several values is enough.
    [{ StringEquals: { 'aws:PrincipalTag/team': ['${aws:PrincipalTag/none}', 'blue'] } }, 'Allow'],
    // A key with several values is no variable.
    [{ StringEquals: { 'aws:PrincipalTag/team': ['${aws:TagKeys}', 'x'] } }, undefined],
    // Nor do Numeric, Date and Null take any.
    [{ Null: { 'aws:none': "${aws:none, 'true'}" } }, undefined],
    [{ NumericEquals: { 'aws:PrincipalTag/team': "${aws:none, '1'}" } }, undefined],
  ])('%j: %j', (Condition, expected) => {
    expect(effect({ Resource: '*', Condition })).toBe(expected)
  })
})

test.each<[string, Pick<PolicyDocument, 'Version'>]>([
  ['without version', {}],
  ['of version 2008-10-17', { Version: '2008-10-17' }],
])('a policy %s has no variables', (_, version) => {
  const Resource = 'arn:aws:s3:::bucket/${aws:PrincipalTag/team}/x'

  expect(effectIn(version, { Resource }, 'arn:aws:s3:::bucket/blue/x')).toBeUndefined()
  expect(effectIn(version, { Resource }, Resource)).toBe('Allow')
})
