import { describe, expect, it } from 'vitest'
import { cloudformationFixture, template } from './fixture.ts'

const queue = (properties: object = {}, more: object = {}) => ({
  Type: 'AWS::SQS::Queue',
  Properties: { QueueName: 'q', ...properties },
  ...more,
})

describe('a template that cannot be deployed', () => {
  it.each<[string, object, object, string, RegExp]>([
    [
      'an unknown type',
      { A: { Type: 'AWS::EC2::Instance' } },
      {},
      'NotInLocalMode',
      /AWS::EC2::Instance \(A\)/,
    ],
    [
      'a type that macros make',
      { A: { Type: 'AWS::Serverless::Function' } },
      {},
      'NotInLocalMode',
      /AWS::Serverless::Function \(A\)/,
    ],
    ['a type of the prototype', { A: { Type: 'constructor' } }, {}, 'NotInLocalMode', /constructor \(A\)/],
    [
      'an unknown property',
      { A: queue({ Foo: 1 }) },
      {},
      'NotInLocalMode',
      /property Foo of AWS::SQS::Queue \(A\)/,
    ],
    ['an unknown reference', { A: queue({ QueueName: { Ref: 'B' } }) }, {}, 'ValidationError', /^A: .*\[B\]/],
    [
      'an unknown reference in Sub',
      { A: queue({ QueueName: { 'Fn::Sub': 'x-${B}' } }) },
      {},
      'ValidationError',
      /^A: .*\[B\]/,
    ],
    [
      'an attribute that the type does not have',
      { A: queue(), B: queue({ QueueName: { 'Fn::GetAtt': ['A', 'Url'] } }) },
      {},
      'ValidationError',
      /^B: .*resource A does not support attribute type Url/,
    ],
    ['an unknown dependency', { A: queue({}, { DependsOn: 'B' }) }, {}, 'ValidationError', /^A: .*\[B\]/],
    [
      'a circle',
      { A: queue({ QueueName: { Ref: 'B' } }), B: queue({}, { DependsOn: ['A'] }) },
      {},
      'ValidationError',
      /Circular dependency between resources: \[A, B\]/,
    ],
    [
      'an unknown function',
      { A: queue({ QueueName: { 'Fn::Foo': 1 } }) },
      {},
      'ValidationError',
      /^A: .*Fn::Foo/,
    ],
    [
      'Fn::ImportValue',
      { A: queue({ QueueName: { 'Fn::ImportValue': 'x' } }) },
      {},
      'NotInLocalMode',
      /^A: .*Fn::ImportValue/,
    ],
    [
      'an unknown condition',
      { A: queue({}, { Condition: 'No' }) },
      {},
      'ValidationError',
      /^A: .*condition No/,
    ],
    [
      'an output of what is not there',
      { A: queue() },
      { Outputs: { Out: { Value: { Ref: 'B' } } } },
      'ValidationError',
      /^Output Out: .*\[B\]/,
    ],
    [
      'a reference to what a condition leaves out',
      { A: queue({ QueueName: { Ref: 'B' } }), B: queue({}, { Condition: 'Never' }) },
      { Conditions: { Never: { 'Fn::Equals': ['a', 'b'] } } },
      'ValidationError',
      /^A: .*\[B\]/,
    ],
    [
      'a condition that asks for a resource',
      { A: queue() },
      { Conditions: { C: { 'Fn::Equals': [{ Ref: 'A' }, 'b'] } } },
      'ValidationError',
      /\[A\]/,
    ],
    [
      'a pseudo parameter that local mode has not',
      { A: queue({ QueueName: { Ref: 'AWS::Foo' } }) },
      {},
      'NotInLocalMode',
      /A: .*AWS::Foo/,
    ],
  ])('is refused before anything is made: %s', async (_, resources, more, code, message) => {
    const { deploy, operations } = cloudformationFixture()

    await expect(deploy(template(resources, more))).rejects.toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) }),
    )

    expect(operations()).toEqual([])
  })
})

describe('a plan', () => {
  const conditional = template(
    {
      Always: queue({ QueueName: { 'Fn::If': ['Prod', { Ref: 'Only' }, 'plain'] } }, { DependsOn: 'Only' }),
      Only: queue({ QueueName: 'only' }, { Condition: 'Prod' }),
    },
    {
      Parameters: { Stage: { Type: 'String', Default: 'dev' } },
      Conditions: { Prod: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] } },
      Outputs: { Only: { Value: { Ref: 'Only' }, Condition: 'Prod' } },
    },
  )

  it('leaves out what its condition does not hold for, and what only waits for that', async () => {
    const { deploy, inputs } = cloudformationFixture()

    const { outputs } = await deploy(conditional)

    expect(inputs('sqs CreateQueue')).toEqual([{ QueueName: 'plain', Attributes: {} }])
    expect(outputs).toEqual({})
  })

  it('takes what is given for a parameter', async () => {
    const { deploy, inputs } = cloudformationFixture()

    const { outputs } = await deploy(conditional, { parameters: { Stage: 'prod' } })

    const url = 'http://127.0.0.1:4566/000000000000/only'
    expect(inputs('sqs CreateQueue').map(({ QueueName }) => QueueName)).toEqual(['only', url])
    expect(outputs).toEqual({ Only: url })
  })

  it.each([
    ['eu-central-1', 'aws', 'amazonaws.com'],
    ['cn-north-1', 'aws-cn', 'amazonaws.com.cn'],
    ['us-gov-west-1', 'aws-us-gov', 'amazonaws.com'],
  ])('knows where it is: %s', async (region, partition, suffix) => {
    const { deploy } = cloudformationFixture()
    const pseudo =
      '${AWS::AccountId} ${AWS::Region} ${AWS::Partition} ${AWS::URLSuffix} ${AWS::StackName} ${AWS::StackId}'

    const { outputs } = await deploy(
      template({ A: queue() }, { Outputs: { Where: { Value: { 'Fn::Sub': pseudo } } } }),
      { region },
    )

    expect(outputs.Where).toMatch(
      new RegExp(
        `^000000000000 ${region} ${partition} ${suffix} irsa arn:${partition}:cloudformation:${region}:000000000000:stack/irsa/[0-9a-f-]{36}$`,
      ),
    )
  })

  it('looks up mappings', async () => {
    const { deploy } = cloudformationFixture()
    const find = (key: string) => ({ 'Fn::FindInMap': ['Regions', { Ref: 'AWS::Region' }, key] })
    const mapped = (key: string) =>
      template(
        { A: queue() },
        {
          Mappings: { Regions: { 'eu-central-1': { zone: 'Z1' } } },
          Outputs: { Zone: { Value: find(key) } },
        },
      )

    expect((await deploy(mapped('zone'))).outputs).toEqual({ Zone: 'Z1' })
    await expect(deploy(mapped('toString'))).rejects.toThrow(
      'Unable to get mapping for Regions::eu-central-1::toString',
    )
  })
})
