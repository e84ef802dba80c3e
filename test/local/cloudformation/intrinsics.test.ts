import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { evaluate, type Scope } from '../../../local/cloudformation/intrinsics.ts'
import type { Value } from '../../../local/cloudformation/value.ts'

const refs: Readonly<Record<string, Value | undefined>> = {
  Stage: 'dev',
  Zones: ['a', 'b'],
  'AWS::Region': 'eu-central-1',
}

const scope: Scope = {
  ref: (name) => refs[name],
  attribute: (logicalId, attribute) => `<${logicalId}.${attribute}>`,
  condition: (name) => name === 'Yes',
  mapped: (...keys) => keys.join('/'),
}

const of = (value: Value) => evaluate(value, scope)

describe('evaluate', () => {
  it('leaves what has no intrinsic function as it is', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (json) => {
        const value = withoutNull(json)
        fc.pre(!JSON.stringify(value).match(/Fn::|"Ref"|\{\{resolve:/))
        expect(of(value)).toEqual(value)
      }),
    )
  })

  it.each<[string, Value, Value]>([
    ['Ref', { Ref: 'Stage' }, 'dev'],
    ['Ref of a list', { Ref: 'Zones' }, ['a', 'b']],
    ['GetAtt as a list', { 'Fn::GetAtt': ['Role', 'Arn'] }, '<Role.Arn>'],
    ['GetAtt as a text', { 'Fn::GetAtt': 'Role.Nested.Arn' }, '<Role.Nested.Arn>'],
    ['Sub', { 'Fn::Sub': 'a-${Stage}-${Role.Arn}-${AWS::Region}' }, 'a-dev-<Role.Arn>-eu-central-1'],
    ['Sub with variables', { 'Fn::Sub': ['${x}/${Stage}', { x: { Ref: 'Stage' } }] }, 'dev/dev'],
    ['Sub with a variable that hides a name', { 'Fn::Sub': ['${Stage}', { Stage: 'prod' }] }, 'prod'],
    ['Sub with a literal', { 'Fn::Sub': '${!Stage}' }, '${Stage}'],
    ['Sub does not look into what it put in', { 'Fn::Sub': ['${x}', { x: '${Stage}' }] }, '${Stage}'],
    ['Join', { 'Fn::Join': ['-', ['a', { Ref: 'Stage' }, 1]] }, 'a-dev-1'],
    ['Join of a list that is referred to', { 'Fn::Join': [',', { Ref: 'Zones' }] }, 'a,b'],
    ['Select', { 'Fn::Select': ['1', { Ref: 'Zones' }] }, 'b'],
    ['Split', { 'Fn::Split': ['/', 'a/b'] }, ['a', 'b']],
    ['Select of Split', { 'Fn::Select': [1, { 'Fn::Split': ['/', 'a/b'] }] }, 'b'],
    ['If that holds', { 'Fn::If': ['Yes', 'a', 'b'] }, 'a'],
    ['If that does not', { 'Fn::If': ['No', 'a', { Ref: 'Stage' }] }, 'dev'],
    ['FindInMap', { 'Fn::FindInMap': ['Map', { Ref: 'AWS::Region' }, 'x'] }, 'Map/eu-central-1/x'],
    ['a property called Ref beside others', { Ref: 'Stage', other: 1 }, { Ref: 'Stage', other: 1 }],
  ])('works out %s', (_, value, expected) => {
    expect(of(value)).toEqual(expected)
  })

  it('takes members and items away that are AWS::NoValue', () => {
    const noValue = { Ref: 'AWS::NoValue' }

    expect(of({ kept: 1, gone: noValue, list: ['a', noValue, 'b'] })).toEqual({ kept: 1, list: ['a', 'b'] })
    expect(of({ 'Fn::If': ['No', 1, noValue] })).toBeUndefined()
    expect(of({ 'Fn::Join': ['-', ['a', noValue, 'b']] })).toBe('a-b')
  })

  it.each<[string, Value, string]>([
    ['an unknown function', { 'Fn::Foo': 'x' }, 'ValidationError'],
    ['a function beside other members', { 'Fn::Sub': 'x', other: 1 }, 'ValidationError'],
    ['Fn::ImportValue', { 'Fn::ImportValue': 'x' }, 'NotInLocalMode'],
    ['Fn::Base64', { 'Fn::Base64': 'x' }, 'NotInLocalMode'],
    ['Fn::Transform', { 'Fn::Transform': { Name: 'x' } }, 'NotInLocalMode'],
    ['a dynamic reference', '{{resolve:ssm:/x}}', 'NotInLocalMode'],
    ['a dynamic reference made by Sub', { 'Fn::Sub': '{{resolve:ssm:/${Stage}}}' }, 'NotInLocalMode'],
    ['Select beyond the list', { 'Fn::Select': [2, ['a', 'b']] }, 'ValidationError'],
    ['Select before the list', { 'Fn::Select': [-1, ['a', 'b']] }, 'ValidationError'],
    ['Join of something else than a list', { 'Fn::Join': ['-', 'ab'] }, 'ValidationError'],
    ['Join without a delimiter', { 'Fn::Join': [['a']] }, 'ValidationError'],
    ['Join of an object', { 'Fn::Join': ['-', [{ a: 1 }]] }, 'ValidationError'],
    ['Sub of a list', { 'Fn::Sub': '${Zones}' }, 'ValidationError'],
    ['Sub with too many arguments', { 'Fn::Sub': ['x', {}, 'y'] }, 'ValidationError'],
    ['GetAtt without an attribute', { 'Fn::GetAtt': 'Role' }, 'ValidationError'],
    ['If without a branch', { 'Fn::If': ['Yes', 'a'] }, 'ValidationError'],
    ['a condition function in a property', { 'Fn::Equals': ['a', 'a'] }, 'ValidationError'],
    ['a name that every object has', { 'Fn::toString': 'x' }, 'ValidationError'],
  ])('refuses %s', (_, value, code) => {
    expect(() => of(value)).toThrow(expect.objectContaining({ code }))
  })
})

function withoutNull(json: unknown): Value {
  return JSON.parse(JSON.stringify(json), (_, member) => (member === null ? 'null' : member))
}
