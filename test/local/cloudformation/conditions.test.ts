import { describe, expect, it } from 'vitest'
import { createConditions } from '../../../local/cloudformation/conditions.ts'
import type { Value } from '../../../local/cloudformation/value.ts'

const scope = {
  ref: (name: string) => (name === 'Stage' ? 'prod' : 'other'),
  attribute: () => 'x',
  mapped: () => 'mapped',
}
const yes: Value = { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] }
const no: Value = { 'Fn::Equals': [{ Ref: 'Stage' }, 'dev'] }
const condition = (expression: Value, others: Record<string, Value> = {}) =>
  createConditions({ ...others, It: expression }, scope)('It')

describe('conditions', () => {
  it.each<[string, Value, boolean]>([
    ['Equals of the same', yes, true],
    ['Equals of others', no, false],
    ['Equals of a number and its text', { 'Fn::Equals': [1, '1'] }, true],
    ['And', { 'Fn::And': [yes, yes] }, true],
    ['And with one that fails', { 'Fn::And': [yes, no] }, false],
    ['Or', { 'Fn::Or': [no, yes] }, true],
    ['Or with none', { 'Fn::Or': [no, no] }, false],
    ['Not', { 'Fn::Not': [no] }, true],
    ['another condition', { Condition: 'Other' }, true],
    ['what a mapping says', { 'Fn::Equals': [{ 'Fn::FindInMap': ['a', 'b', 'c'] }, 'mapped'] }, true],
  ])('work out %s', (_, expression, expected) => {
    expect(condition(expression, { Other: yes })).toBe(expected)
  })

  it.each<[string, Value]>([
    ['a value that is no condition', 'true'],
    ['Not of two', { 'Fn::Not': [yes, yes] }],
    ['And of one', { 'Fn::And': [yes] }],
    ['Or of eleven', { 'Fn::Or': Array.from({ length: 11 }, () => yes) }],
    ['If, which is no condition function', { 'Fn::If': ['It', yes, no] }],
    ['an unknown condition', { Condition: 'Nobody' }],
    ['itself', { Condition: 'It' }],
  ])('refuse %s', (_, expression) => {
    expect(() => condition(expression)).toThrow(expect.objectContaining({ code: 'ValidationError' }))
  })

  it('are all checked, used or not', () => {
    expect(() => createConditions({ Broken: 'x' }, scope)).toThrow()
  })
})
