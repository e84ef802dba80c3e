/** What stacks, their resources, events, templates and exports look like, and to whom. */
import type {
  DescribeStackEventsOutput,
  DescribeStackResourcesOutput,
  DescribeStacksOutput,
  GetTemplateOutput,
  ListExportsOutput,
  ListStacksOutput,
} from '@aws-sdk/client-cloudformation'
import { describe, expect, it } from 'vitest'
import { caller, cloudformationFixture } from '../fixture.ts'
import { create, describeOne, NAME, named, queues, withCode } from './fixture.ts'

describe('what is shown', () => {
  it('is the stack with its parameters and outputs, secrets hidden', async () => {
    const fixture = cloudformationFixture()
    const StackId = await create(fixture, named(NAME, { Capabilities: ['CAPABILITY_IAM'] }))

    expect(await describeOne(fixture)).toMatchObject({
      StackId,
      StackName: NAME,
      Description: 'queues',
      Parameters: [
        { ParameterKey: 'Delay', ParameterValue: '0' },
        { ParameterKey: 'Secret', ParameterValue: '****' },
      ],
      Capabilities: ['CAPABILITY_IAM'],
      Outputs: [
        {
          OutputKey: 'First',
          OutputValue: 'http://127.0.0.1:4566/000000000000/a',
          Description: 'd',
          ExportName: 'first-a',
        },
      ],
    })
  })

  it('is one resource or all of them', async () => {
    const fixture = cloudformationFixture()
    await create(fixture, named(NAME, { TemplateBody: queues('a', 'b') }))
    const show = async (more: object = {}) => {
      const input = { StackName: NAME, ...more }
      const output = await fixture.send<DescribeStackResourcesOutput>('DescribeStackResources', input)
      return output.StackResources?.map((one) => [one.LogicalResourceId, one.ResourceStatus])
    }

    expect(await show()).toEqual([
      ['a', 'CREATE_COMPLETE'],
      ['b', 'CREATE_COMPLETE'],
    ])
    expect(await show({ LogicalResourceId: 'b' })).toEqual([['b', 'CREATE_COMPLETE']])
    await expect(show({ LogicalResourceId: 'c' })).rejects.toThrow(withCode('ValidationError'))
  })

  it('is the template as it was given', async () => {
    const fixture = cloudformationFixture()
    await create(fixture)

    const { TemplateBody } = await fixture.send<GetTemplateOutput>('GetTemplate', { StackName: NAME })

    expect(TemplateBody).toBe(queues('a'))
  })

  it('is every stack, deleted ones included, unless a status is asked for', async () => {
    const fixture = cloudformationFixture()
    await create(fixture, named('one'))
    await fixture.send('DeleteStack', { StackName: 'one' })
    await fixture.settle()
    await create(fixture, named('two'))
    const list = async (input: object) => {
      const { StackSummaries = [] } = await fixture.send<ListStacksOutput>('ListStacks', input)
      return StackSummaries.map((one) => `${one.StackName} ${one.StackStatus}`)
    }

    expect(await list({})).toEqual(['two CREATE_COMPLETE', 'one DELETE_COMPLETE'])
    expect(await list({ StackStatusFilter: ['DELETE_COMPLETE'] })).toEqual(['one DELETE_COMPLETE'])
    const { Stacks = [] } = await fixture.send<DescribeStacksOutput>('DescribeStacks', {})
    expect(Stacks.map((stack) => stack.StackName)).toEqual(['two'])
  })

  it('is every export', async () => {
    const fixture = cloudformationFixture()
    const ExportingStackId = await create(fixture)

    expect(await fixture.send<ListExportsOutput>('ListExports', {})).toEqual({
      Exports: [{ ExportingStackId, Name: 'first-a', Value: 'http://127.0.0.1:4566/000000000000/a' }],
    })
  })

  it('comes in pages', async () => {
    const fixture = cloudformationFixture()
    const names = Array.from({ length: 60 }, (_, index) => `q${index}`)
    await fixture.send('CreateStack', named(NAME, { TemplateBody: queues(...names) }))
    for (let turn = 0; turn < 20; turn += 1) await fixture.settle()
    const page = (more: object = {}) =>
      fixture.send<DescribeStackEventsOutput>('DescribeStackEvents', { StackName: NAME, ...more })

    const first = await page()
    const second = await page({ NextToken: first.NextToken })

    expect(first.StackEvents).toHaveLength(100)
    const ids = [...(first.StackEvents ?? []), ...(second.StackEvents ?? [])].map((event) => event.EventId)
    expect(ids).toHaveLength(182)
    expect(new Set(ids).size).toBe(ids.length)
    expect(first.StackEvents?.[0]?.ResourceStatus).toBe('CREATE_COMPLETE')
    expect(second.StackEvents?.at(-1)).toMatchObject({
      LogicalResourceId: NAME,
      ResourceStatus: 'CREATE_IN_PROGRESS',
    })
    await expect(page({ NextToken: 'x' })).rejects.toThrow(withCode('ValidationError'))
  })

  it('is nobody else’s: neither of another account nor of another region', async () => {
    const fixture = cloudformationFixture()
    const StackName = await create(fixture)
    const stranger = { kind: 'administrator', account: '111111111111', arn: 'arn:stranger' } as const

    for (const call of [
      { ...caller, principal: stranger },
      { ...caller, region: 'eu-west-1' },
    ])
      for (const nameOrId of [StackName, NAME])
        await expect(fixture.send('DescribeStacks', { StackName: nameOrId }, call)).rejects.toThrow(
          withCode('ValidationError'),
        )
  })
})
