import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { functionAsk, parseFunctionName, qualifiedArn } from '../../../local/lambda/function-name.ts'
import { ACCOUNT, administrator, FUNCTION, REGION } from './fixture.ts'

function parse(FunctionName: string, Qualifier?: string) {
  return parseFunctionName({ FunctionName, Qualifier }, administrator)
}

describe('the name of a function', () => {
  it.each([
    ['alone', 'work', undefined],
    ['with a version', 'work:7', '7'],
    ['with $LATEST', 'work:$LATEST', '$LATEST'],
    ['with its account', `${ACCOUNT}:function:work`, undefined],
    ['with its account and a version', `${ACCOUNT}:function:work:7`, '7'],
    ['in an ARN', FUNCTION, undefined],
    ['in an ARN with a version', `${FUNCTION}:7`, '7'],
  ])('%s is understood', (_, name, qualifier) => {
    expect(parse(name)).toEqual({ arn: FUNCTION, account: ACCOUNT, name: 'work', qualifier })
  })

  it('in an ARN may be another account’s', () => {
    const arn = FUNCTION.replace(ACCOUNT, '111111111111')

    expect(parse(arn)).toMatchObject({ arn, account: '111111111111' })
  })

  it('belongs to the caller’s account and region otherwise', () => {
    const arn = 'arn:aws:iam::111111111111:root'
    const principal = { kind: 'administrator', account: '111111111111', arn } as const
    const call = { ...administrator, principal, region: 'us-east-1' }

    expect(parseFunctionName({ FunctionName: 'work' }, call)).toMatchObject({
      arn: 'arn:aws:lambda:us-east-1:111111111111:function:work',
    })
  })

  it('takes the version from beside it, where both say the same or one says nothing', () => {
    expect(parse('work', '7')).toMatchObject({ qualifier: '7' })
    expect(parse('work:7', '7')).toMatchObject({ qualifier: '7' })
    expect(() => parse('work:7', '8')).toThrow(
      expect.objectContaining({ code: 'InvalidParameterValueException' }),
    )
  })

  it.each([
    '',
    'with blank',
    'with.dot',
    'w'.repeat(65),
    'work:',
    'work:7:8',
    '12345:function:work',
    'arn:aws:lambda:eu-central-1:function:work',
    FUNCTION.replace('lambda', 's3'),
    `${FUNCTION}:`,
    ` ${FUNCTION}`,
  ])('cannot be %j', (name) => {
    expect(() => parse(name)).toThrow(expect.objectContaining({ code: 'ValidationException', status: 400 }))
  })

  it('in an ARN of another region is not found from here', () => {
    expect(() => parse(FUNCTION.replace(REGION, 'us-east-1'))).toThrow(
      expect.objectContaining({ code: 'ResourceNotFoundException', status: 404 }),
    )
  })

  it('is the same when it has been written as an ARN and read again', () => {
    const name = fc.stringMatching(/^[a-zA-Z0-9-_]{1,64}$/)
    const qualifier = fc.option(fc.stringMatching(/^[a-zA-Z0-9-_]{1,20}$/), { nil: undefined })
    fc.assert(
      fc.property(name, qualifier, (FunctionName, Qualifier) => {
        const ref = parse(FunctionName, Qualifier)

        expect(parse(qualifiedArn(ref))).toEqual(ref)
      }),
    )
  })
})

it('IAM is asked about everything where the name is none', () => {
  expect(functionAsk('GetFunction', { FunctionName: 'with blank' }, administrator)).toEqual({
    action: 'lambda:GetFunction',
    resource: '*',
    context: {},
  })
})
