/** Facts from https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
import { describe, expect, test } from 'vitest'
import type { Statement } from '../../../local/policy/document.ts'
import { effectOf } from '../../../local/policy/evaluate.ts'

type Wanted = string | boolean | number | readonly (string | boolean | number)[]
type Actual = string | readonly string[]

/** Whether a statement with this condition speaks of a request in this context. */
function holds(condition: NonNullable<Statement['Condition']>, context: Record<string, Actual>): boolean {
  const statement: Statement = { Effect: 'Allow', Action: '*', Resource: '*', Condition: condition }
  const request = { who: { kind: 'anonymous' } as const, action: 's3:GetObject', resource: 'arn:r', context }
  return effectOf({ Version: '2012-10-17', Statement: statement }, request) === 'Allow'
}

const rule = 'arn:aws:events:eu-central-1:000000000000:rule/bus/clusters'

describe('an operator', () => {
  test.each<[string, Wanted, Actual, boolean]>([
    ['StringEquals', 'blue', 'blue', true],
    ['StringEquals', 'blue', 'Blue', false],
    ['StringEquals', 'bl*', 'blue', false],
    ['StringEquals', ['red', 'blue'], 'blue', true],
    ['StringNotEquals', 'blue', 'red', true],
    ['StringNotEquals', ['red', 'blue'], 'blue', false],
    ['StringEqualsIgnoreCase', 'BLUE', 'blue', true],
    ['StringEqualsIgnoreCase', 'BLUE', 'blues', false],
    ['StringNotEqualsIgnoreCase', 'BLUE', 'blue', false],
    ['StringNotEqualsIgnoreCase', 'BLUE', 'red', true],
    ['StringLike', 'system:serviceaccount:*:app-?', 'system:serviceaccount:a:b:app-1', true],
    ['StringLike', 'app-?', 'app-12', false],
    ['StringLike', 'app', 'my-app', false],
    ['StringLike', 'a.c', 'abc', false],
    ['StringLike', 'A*', 'abc', false],
    ['StringLike', 'a*c', 'a\nc', true],
    ['StringNotLike', 'app-*', 'app-1', false],
    ['StringNotLike', 'app-*', 'web-1', true],
    ['ArnEquals', rule, rule, true],
    ['ArnEquals', 'arn:aws:events:*:*:rule/*', rule, true],
    ['ArnLike', 'arn:aws:events:eu-central-?:000000000000:rule/bus/*', rule, true],
    ['ArnLike', 'arn:aws:events:eu-central-1:111111111111:rule/bus/*', rule, false],
    ['ArnLike', 'arn:AWS:events:*:*:rule/*', rule, false],
    ['ArnLike', 'arn:aws:lambda:*:*:function:*', 'arn:aws:lambda:eu-central-1:0:function:a:live', true],
    ['ArnNotEquals', 'arn:aws:events:*:*:rule/*', rule, false],
    ['ArnNotLike', 'arn:aws:sqs:*:*:*', rule, true],
    ['Bool', true, 'true', true],
    ['Bool', 'True', 'true', true],
    ['Bool', 'false', 'true', false],
    ['NumericEquals', 10, '10.0', true],
    ['NumericEquals', '10', '9', false],
    ['NumericEquals', '0', '', false],
    ['NumericNotEquals', '10', '9', true],
    ['NumericNotEquals', '10', '10', false],
    ['NumericLessThan', '10', '9', true],
    ['NumericLessThan', '10', '10', false],
    ['NumericLessThanEquals', '10', '10', true],
    ['NumericLessThanEquals', '10', '11', false],
    ['NumericGreaterThan', '9', '10', true],
    ['NumericGreaterThan', '10', '10', false],
    ['NumericGreaterThanEquals', '10', '10', true],
    ['NumericGreaterThanEquals', '10', 'many', false],
    ['DateEquals', '2026-01-01T00:00:00Z', '2026-01-01T01:00:00+01:00', true],
    ['DateEquals', '1767225600', '2026-01-01T00:00:00Z', true],
    ['DateNotEquals', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z', false],
    ['DateLessThan', '2026-01-01T00:00:00Z', '2025-12-31T23:59:59Z', true],
    ['DateLessThan', '2026-01-01', '2026-01-01T00:00:00Z', false],
    ['DateLessThanEquals', '2026-01-01', '2026-01-01T00:00:00Z', true],
    ['DateGreaterThan', '2026-01-01T00:00:00Z', '1767225601', true],
    ['DateGreaterThan', '2026-01-01T00:00:00Z', '1767225600', false],
    ['DateGreaterThanEquals', '2026-01-01T00:00:00Z', '1767225600', true],
  ])('%s %j meets %j: %j', (operator, wanted, actual, expected) => {
    expect(holds({ [operator]: { 'a:key': wanted } }, { 'a:key': actual })).toBe(expected)
  })

  test('for ARNs compares part by part: no wildcard stands for one of the first five colons', () => {
    const context = { 'aws:SourceArn': rule }

    expect(holds({ ArnLike: { 'aws:SourceArn': 'arn:*:rule/bus/clusters' } }, context)).toBe(false)
    expect(holds({ ArnLike: { 'aws:SourceArn': '*' } }, context)).toBe(false)
    expect(holds({ ArnLike: { 'aws:SourceArn': 'arn:aws:events:eu*:rule/bus/clusters' } }, context)).toBe(
      false,
    )
    expect(holds({ StringLike: { 'aws:SourceArn': 'arn:*:rule/bus/clusters' } }, context)).toBe(true)
  })
})

describe('a key that is not in the request', () => {
  test.each<[string, boolean]>([
    ['StringEquals', false],
    ['StringLike', false],
    ['ArnEquals', false],
    ['Bool', false],
    ['NumericLessThan', false],
    ['DateGreaterThan', false],
    ['StringNotEquals', true],
    ['StringNotLike', true],
    ['ArnNotLike', true],
    ['NumericNotEquals', true],
    ['DateNotEquals', true],
    ['StringEqualsIfExists', true],
    ['StringNotEqualsIfExists', true],
    ['ArnLikeIfExists', true],
    ['ForAllValues:StringEquals', true],
    ['ForAnyValue:StringEquals', false],
    ['ForAnyValue:StringNotEquals', false],
    ['ForAnyValue:StringLikeIfExists', true],
  ])('makes %s %j', (operator, expected) => {
    expect(holds({ [operator]: { 'a:key': 'x' } }, { 'a:other': 'x' })).toBe(expected)
  })

  test.each<[Wanted, Record<string, Actual>, boolean]>([
    ['true', {}, true],
    ['false', {}, false],
    [true, {}, true],
    ['true', { 'a:key': 'x' }, false],
    ['false', { 'a:key': 'x' }, true],
    ['true', { 'a:key': [] }, true],
  ])('is found by Null %j in %j: %j', (wanted, context, expected) => {
    expect(holds({ Null: { 'A:Key': wanted } }, context)).toBe(expected)
  })

  test('is the only one that IfExists forgives', () => {
    expect(holds({ StringEqualsIfExists: { 'a:key': 'x' } }, { 'a:key': 'y' })).toBe(false)
    expect(holds({ BoolIfExists: { 'a:key': 'true' } }, { 'a:key': 'true' })).toBe(true)
  })
})

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html */
describe('a key with several values', () => {
  test.each<[string, string[], string[], boolean]>([
    ['ForAllValues:StringEquals', ['a', 'b'], ['a', 'b'], true],
    ['ForAllValues:StringEquals', ['a', 'b'], ['b'], true],
    ['ForAllValues:StringEquals', ['a', 'b'], ['a', 'c'], false],
    ['ForAllValues:StringLike', ['irsa:*'], ['irsa:stack', 'irsa:cluster'], true],
    ['ForAllValues:StringNotEquals', ['a', 'b'], ['c', 'd'], true],
    ['ForAllValues:StringNotEquals', ['a', 'b'], ['c', 'a'], false],
    ['ForAnyValue:StringEquals', ['a', 'b'], ['b', 'c'], true],
    ['ForAnyValue:StringEquals', ['a', 'b'], ['c', 'd'], false],
    ['ForAnyValue:StringNotEquals', ['a', 'b'], ['a', 'c'], true],
    ['ForAnyValue:StringNotEquals', ['a', 'b'], ['a', 'b'], false],
    ['ForAnyValue:StringNotLike', ['a*'], ['ab', 'b'], true],
    ['ForAnyValue:ArnLike', ['arn:aws:sqs:*:*:*'], [rule, 'arn:aws:sqs:eu-central-1:0:q'], true],
  ])('meets %s %j with %j: %j', (operator, wanted, actual, expected) => {
    expect(holds({ [operator]: { 'aws:TagKeys': wanted } }, { 'aws:TagKeys': actual })).toBe(expected)
  })
})

describe('a condition', () => {
  test('holds when every operator and every key does', () => {
    const condition = {
      StringEquals: { 'aws:ResourceTag/team': 'a', 'aws:RequestTag/team': 'a' },
      Bool: { 'aws:SecureTransport': 'true' },
    }
    const context = {
      'aws:ResourceTag/team': 'a',
      'aws:RequestTag/team': 'a',
      'aws:SecureTransport': 'true',
    }

    expect(holds(condition, context)).toBe(true)
    for (const key of Object.keys(context)) expect(holds(condition, { ...context, [key]: 'b' })).toBe(false)
  })

  test('reads keys without regard to case', () => {
    expect(holds({ StringEquals: { 'AWS:sourceArn': rule } }, { 'aws:SourceArn': rule })).toBe(true)
  })

  test.each([
    'StringEqualz',
    'stringEquals',
    'NotStringEquals',
    'StringNot',
    'BoolNot',
    'NumericNotLessThan',
    'NullIfExists',
    'ForAllValues:Null',
    'ForSomeValues:StringEquals',
    'IpAddress',
    'NotIpAddress',
    'BinaryEquals',
    'toString',
    '',
  ])('with the operator %j, which local mode cannot evaluate, is refused loudly', (operator) => {
    const refused = expect.objectContaining({ code: 'NotInLocalMode' })

    expect(() => holds({ [operator]: { 'a:key': 'x' } }, { 'a:key': 'x' })).toThrow(refused)
    // Neither a key that is absent nor another operator that fails hides it.
    expect(() => holds({ StringEquals: { b: 'x' }, [operator]: { 'a:key': 'x' } }, {})).toThrow(refused)
  })
})
