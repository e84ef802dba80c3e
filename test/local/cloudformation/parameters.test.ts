import { describe, expect, it } from 'vitest'
import { parameterValue, resolveParameters } from '../../../local/cloudformation/parameters.ts'
import type { ParameterDeclaration } from '../../../local/cloudformation/template.ts'

const one = (declaration: Partial<ParameterDeclaration>, given?: string) =>
  resolveParameters(
    { Stage: { Type: 'String', ...declaration } },
    given === undefined ? {} : { Stage: given },
  ).get('Stage')

describe('resolveParameters', () => {
  it('prefers what is given to the default, even when it is empty', () => {
    expect(one({ Default: 'dev' })).toBe('dev')
    expect(one({ Default: 'dev' }, 'prod')).toBe('prod')
    expect(one({ Default: 'dev' }, '')).toBe('')
  })

  it('names every parameter that is missing, and every one that is unknown', () => {
    const declared = { A: { Type: 'String' }, B: { Type: 'String' } }

    expect(() => resolveParameters(declared, {})).toThrow('Parameters: [A, B] must have values')
    expect(() => resolveParameters(declared, { A: '', B: '', C: '', D: '' })).toThrow(
      'Parameters: [C, D] do not exist in the template',
    )
  })

  it.each<[string, Partial<ParameterDeclaration>, string]>([
    ['AllowedValues', { AllowedValues: ['dev', 'prod'] }, 'test'],
    ['AllowedValues in a list', { Type: 'CommaDelimitedList', AllowedValues: ['a', 'b'] }, 'a,c'],
    ['AllowedPattern, as a whole', { AllowedPattern: '[a-z]+' }, 'a1'],
    ['MinLength', { MinLength: 2 }, 'a'],
    ['MaxLength', { MaxLength: 2 }, 'abc'],
    ['Number', { Type: 'Number' }, 'abc'],
    ['Number, when empty', { Type: 'Number' }, ''],
    ['List<Number>', { Type: 'List<Number>' }, '1,b'],
    ['MinValue', { Type: 'Number', MinValue: 3 }, '2'],
    ['MaxValue', { Type: 'Number', MaxValue: 3 }, '4'],
  ])('holds values to %s', (_, declaration, value) => {
    expect(() => one(declaration, value)).toThrow(
      expect.objectContaining({ code: 'ValidationError', message: expect.stringContaining("'Stage'") }),
    )
  })

  it('holds defaults to the same rules', () => {
    expect(() => one({ Default: 'test', AllowedValues: ['dev'] })).toThrow('AllowedValues [dev]')
  })

  it('says what the template says about the constraint', () => {
    expect(() => one({ AllowedPattern: 'x', ConstraintDescription: 'must be x' }, 'y')).toThrow(
      "Parameter 'Stage' failed to satisfy constraint: must be x",
    )
  })

  it('refuses types that are looked up in the account', () => {
    expect(() => one({ Type: 'AWS::SSM::Parameter::Value<String>' }, 'x')).toThrow(
      expect.objectContaining({ code: 'NotInLocalMode' }),
    )
  })
})

describe('parameterValue', () => {
  it('is a list for the list types', () => {
    expect(parameterValue({ Type: 'CommaDelimitedList' }, 'a, b')).toEqual(['a', 'b'])
    expect(parameterValue({ Type: 'CommaDelimitedList' }, '')).toEqual([])
    expect(parameterValue({ Type: 'String' }, 'a, b')).toBe('a, b')
  })
})
