/** Facts from https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_ListRuleNamesByTarget.html */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  EventBridgeClient,
  ListRuleNamesByTargetCommand,
  type ListRuleNamesByTargetResponse,
  PutRuleCommand,
  PutTargetsCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-eventbridge'
import { describe, expect, onTestFinished, test } from 'vitest'
import { startLocalAws } from '../../../local/aws.ts'
import { ACCOUNT, eventsFixture, FUNCTION, QUEUE, REGION } from './fixture.ts'

const EventPattern = '{"source":["test"]}'

/** On the bus irsa `a`, `b` and `c` send to the function, `b` and `d` to the queue; on the default one `e` to the function. */
async function withRules() {
  const fixture = eventsFixture()
  const { run } = fixture
  await run('CreateEventBus', { Name: 'irsa' })
  const rule = async (EventBusName: string, Name: string, ...arns: string[]) => {
    await run('PutRule', { EventBusName, Name, EventPattern })
    const Targets = arns.map((Arn, n) => ({ Id: `${n}`, Arn }))
    await run('PutTargets', { EventBusName, Rule: Name, Targets })
  }
  await rule('irsa', 'c', FUNCTION)
  await rule('irsa', 'd', QUEUE)
  await rule('irsa', 'a', FUNCTION, FUNCTION)
  await rule('irsa', 'b', QUEUE, FUNCTION)
  await rule('default', 'e', FUNCTION)
  return {
    ...fixture,
    list: (input: object = {}) =>
      run<ListRuleNamesByTargetResponse>('ListRuleNamesByTarget', {
        EventBusName: 'irsa',
        TargetArn: FUNCTION,
        ...input,
      }),
  }
}

describe('ListRuleNamesByTarget', () => {
  test('answers the rules of the bus that send to it, each once', async () => {
    const { list } = await withRules()

    expect(await list()).toEqual({ RuleNames: ['a', 'b', 'c'] })
    expect(await list({ TargetArn: QUEUE })).toEqual({ RuleNames: ['b', 'd'] })
    expect(await list({ EventBusName: undefined })).toEqual({ RuleNames: ['e'] })
  })

  test('answers none for what no rule sends to, whether it exists or not', async () => {
    const { list } = await withRules()

    expect(await list({ TargetArn: `${FUNCTION}er` })).toEqual({ RuleNames: [] })
  })

  test('forgets a rule whose target has been removed', async () => {
    const { list, run } = await withRules()

    await run('RemoveTargets', { EventBusName: 'irsa', Rule: 'c', Ids: ['0'] })

    expect(await list()).toEqual({ RuleNames: ['a', 'b'] })
  })

  test('answers page by page', async () => {
    const { list } = await withRules()

    const { RuleNames, NextToken } = await list({ Limit: 2 })

    expect(RuleNames).toEqual(['a', 'b'])
    expect(await list({ Limit: 2, NextToken })).toEqual({ RuleNames: ['c'] })
  })

  test.each<[string, object, string]>([
    ['a bus that does not exist', { EventBusName: 'none' }, 'ResourceNotFoundException'],
    ['no target', { TargetArn: '' }, 'ValidationException'],
    ['a target of 1,601 characters', { TargetArn: 'a'.repeat(1601) }, 'ValidationException'],
    ['a page of none', { Limit: 0 }, 'ValidationException'],
    ['a page of 101', { Limit: 101 }, 'ValidationException'],
  ])('refuses %s', async (_, input, code) => {
    const { list } = await withRules()

    await expect(list(input)).rejects.toMatchObject({ code })
  })

  test('is asked about all rules of the bus', () => {
    const { asks } = eventsFixture()
    const action = 'events:ListRuleNamesByTarget'

    expect(asks('ListRuleNamesByTarget', { EventBusName: 'irsa', TargetArn: FUNCTION })).toMatchObject([
      { action, resource: `arn:aws:events:${REGION}:${ACCOUNT}:rule/irsa/*` },
    ])
    expect(asks('ListRuleNamesByTarget', { TargetArn: FUNCTION })).toMatchObject([
      { action, resource: `arn:aws:events:${REGION}:${ACCOUNT}:rule/*` },
    ])
  })

  test('answers SDK clients', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'local-events-'))
    const { endpoint, stop } = await startLocalAws({ speed: 1000, directory })
    onTestFinished(async () => {
      await stop()
      rmSync(directory, { recursive: true })
    })
    const credentials = { accessKeyId: 'local', secretAccessKey: 'secret' }
    const client = new EventBridgeClient({ endpoint, region: REGION, credentials, maxAttempts: 1 })
    await client.send(new PutRuleCommand({ Name: 'rule', EventPattern }))
    await client.send(new PutTargetsCommand({ Rule: 'rule', Targets: [{ Id: 'a', Arn: QUEUE }] }))
    const list = (EventBusName: string) =>
      client.send(new ListRuleNamesByTargetCommand({ EventBusName, TargetArn: QUEUE }))

    expect(await list('default')).toMatchObject({ RuleNames: ['rule'] })
    await expect(list('none')).rejects.toBeInstanceOf(ResourceNotFoundException)
  })
})
