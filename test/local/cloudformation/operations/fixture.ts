/** A stack of queues: made, looked at, refused. */
import type { DescribeStacksOutput } from '@aws-sdk/client-cloudformation'
import { expect } from 'vitest'
import type { cloudformationFixture } from '../fixture.ts'

export const NAME = 'stack'

/** Their template; the first of them is exported. */
export const queues = (...names: string[]) =>
  JSON.stringify({
    Description: 'queues',
    Parameters: {
      Delay: { Type: 'Number', Default: '0' },
      Secret: { Type: 'String', Default: 's', NoEcho: true },
    },
    Resources: Object.fromEntries(
      names.map((name) => [
        name,
        { Type: 'AWS::SQS::Queue', Properties: { QueueName: name, DelaySeconds: { Ref: 'Delay' } } },
      ]),
    ),
    Outputs: { First: { Description: 'd', Value: { Ref: names[0] }, Export: { Name: `first-${names[0]}` } } },
  })

export const named = (name: string, more: object = {}) => ({
  StackName: name,
  TemplateBody: queues('a'),
  ...more,
})

export type Fixture = ReturnType<typeof cloudformationFixture>

export async function create(fixture: Fixture, input: object = named(NAME)): Promise<string> {
  const { StackId } = await fixture.send<{ StackId: string }>('CreateStack', input)
  await fixture.settle()
  return StackId
}

export async function describeOne({ send }: Fixture, StackName = NAME) {
  const { Stacks = [] } = await send<DescribeStacksOutput>('DescribeStacks', { StackName })
  return Stacks[0]
}

export const withCode = (code: string, message?: RegExp) =>
  expect.objectContaining({ code, ...(message && { message: expect.stringMatching(message) }) })
