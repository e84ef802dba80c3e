/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
import { expect, test } from 'vitest'
import { isOperator } from '../../../local/policy/operators.ts'

test.each([
  'StringEquals',
  'StringNotEqualsIgnoreCaseIfExists',
  'ForAllValues:StringLike',
  'ForAnyValue:ArnNotLikeIfExists',
  'NumericGreaterThanEquals',
  'DateLessThan',
  'Bool',
  'Null',
  'NotIpAddress',
  'BinaryEquals',
])('%s is an operator of AWS', (name) => {
  expect(isOperator(name)).toBe(true)
})

test.each([
  '',
  'Equals',
  'stringequals',
  'StringEqualsIfExistsIfExists',
  'ForSomeValues:StringEquals',
  'ForAnyValue:',
  'NullIfExists',
  'NumericNotLessThan',
  'toString',
])('%j is none', (name) => {
  expect(isOperator(name)).toBe(false)
})
