import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { globalArn, isArn, parseArn, partitionOf, regionalArn } from '../../local/arn.ts'

describe('parseArn', () => {
  test.each([
    ['arn:aws:iam::000000000000:role/irsa/app', ['aws', 'iam', '', '000000000000', 'role/irsa/app']],
    ['arn:aws:s3:::bucket/a:b', ['aws', 's3', '', '', 'bucket/a:b']],
    ['arn:aws-cn:sqs:cn-north-1:000000000000:q', ['aws-cn', 'sqs', 'cn-north-1', '000000000000', 'q']],
    [
      'arn:aws:lambda:eu-central-1:1:function:f:live',
      ['aws', 'lambda', 'eu-central-1', '1', 'function:f:live'],
    ],
  ])('reads %s', (text, [partition, service, region, account, resource]) => {
    expect(parseArn(text)).toEqual({ partition, service, region, account, resource })
  })

  test.each([
    '',
    'arn',
    'arn:aws:iam',
    'arn:aws:iam::000000000000',
    'arn:aws:iam::000000000000:',
    'arn:aws:iam::000000000000::x',
    'arn::iam::000000000000:role/a',
    'arn:aws:::000000000000:role/a',
    'ARN:aws:iam::000000000000:role/a',
    'urn:aws:iam::000000000000:role/a',
    ' arn:aws:iam::000000000000:role/a',
    'arn:aws:i am::000000000000:role/a',
    'bucket',
  ])('refuses %j', (text) => {
    expect(() => parseArn(text)).toThrow(RangeError)
    expect(isArn(text)).toBe(false)
  })

  test('takes what isArn says is one, and nothing else', () => {
    const words = fc.stringMatching(/^[a-z0-9:/ \n-]{0,12}$/)
    const almost = fc
      .array(fc.constantFrom('arn', 'aws', 'iam', '', 'eu-central-1', '000000000000', 'role/a', '\n'), {
        maxLength: 8,
      })
      .map((parts) => parts.join(':'))
    const parses = (text: string) => {
      try {
        parseArn(text)
        return true
      } catch (error) {
        if (error instanceof RangeError) return false
        throw error
      }
    }

    fc.assert(
      fc.property(fc.oneof(words, almost), (text) => {
        expect(isArn(text)).toBe(parses(text))
      }),
      { numRuns: 1000 },
    )
  })
})

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html */
describe('partitionOf', () => {
  test.each([
    ['eu-central-1', 'aws'],
    ['us-east-1', 'aws'],
    ['cn-north-1', 'aws-cn'],
    ['cn-northwest-1', 'aws-cn'],
    ['us-gov-west-1', 'aws-us-gov'],
    ['us-gov-east-1', 'aws-us-gov'],
    ['eusc-de-east-1', 'aws-eusc'],
  ])('of %s is %s', (region, partition) => {
    expect(partitionOf(region)).toBe(partition)
  })
})

describe('an ARN that is made', () => {
  test('has the region for a regional resource, and only its partition for a global one', () => {
    expect(regionalArn('sqs', 'cn-north-1', '000000000000', 'q')).toBe(
      'arn:aws-cn:sqs:cn-north-1:000000000000:q',
    )
    expect(globalArn('iam', 'cn-north-1', '000000000000', 'role/a')).toBe(
      'arn:aws-cn:iam::000000000000:role/a',
    )
  })

  test('is read back as it was made', () => {
    const part = fc.stringMatching(/^[a-z][a-z0-9-]{0,9}$/)
    const resource = fc.stringMatching(/^[\w/][\w/:.-]{0,20}$/)

    fc.assert(
      fc.property(part, part, part, resource, (service, region, account, resource) => {
        const arn = regionalArn(service, region, account, resource)

        expect(parseArn(arn)).toEqual({ partition: partitionOf(region), service, region, account, resource })
      }),
    )
  })
})
