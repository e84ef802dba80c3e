import { describe, expect, test } from 'vitest'
import { AccountMayNotSpeak, EventFromTheFuture, InvalidInput } from '../../../lib/errors.ts'
import { at, OPERATOR } from '../announce/fixture.ts'
import { sent } from '../aws/sdk.ts'
import { itemsOf } from '../registry/registry.ts'
import { DEPROVISION_ARN, inputOf } from '../step-functions.ts'
import { announced, deleted } from './fixture.ts'

describe('Cluster Deleted', () => {
  test.each([
    ['is ready', 'finish'],
    ['is being made', undefined],
    ['failed', 'fail'],
  ] as const)('takes over at once a cluster that %s', async (_, end) => {
    const { withdraw, golem, states, isSeen } = await announced(end)

    await withdraw(deleted('event-2'))

    expect(await golem()).toMatchObject({
      status: 'DELETING',
      removal: { force: false },
      generation: 2,
      runs: 2,
      run: { number: 2, generation: 2, workflow: 'deprovision', state: 'STARTED' },
      lastEvent: { id: 'event-2', time: at(60) },
    })
    expect(sent(states.sfn).at(-1)).toEqual([
      'StartExecution',
      { stateMachineArn: DEPROVISION_ARN, name: 'golem-2', input: inputOf(2) },
    ])
    expect(await isSeen('event-2')).toBe(true)
  })

  test('changes nothing when it comes twice', async () => {
    const { withdraw, announcing } = await announced('finish')
    await withdraw(deleted('event-2'))
    const before = await itemsOf(announcing.table)

    await withdraw(deleted('event-2'))

    expect(await itemsOf(announcing.table)).toEqual(before)
  })

  test('goes on with the run that deletes already, whoever says it again', async () => {
    const { withdraw, golem, states } = await announced('finish')
    await withdraw(deleted('event-2'))

    await withdraw(deleted('event-3', {}, { time: at(70) }))

    expect(await golem()).toMatchObject({ generation: 2, runs: 2, lastEvent: { id: 'event-3' } })
    expect([...states.executions.keys()]).toEqual(['golem-1', 'golem-2'])
  })

  test('replays a run that failed to delete', async () => {
    const { withdraw, fail, golem, states } = await announced('finish')
    await withdraw(deleted('event-2'))
    await fail()

    await withdraw(deleted('event-3', {}, { time: at(70) }))

    expect(await golem()).toMatchObject({ runs: 2, run: { state: 'STARTED' } })
    expect(states.executions.get('golem-2')).toMatchObject({ redriveCount: 1 })
  })

  test('begins another run with force where the one without failed', async () => {
    const { withdraw, fail, golem } = await announced('finish')
    await withdraw(deleted('event-2'))
    await fail()

    await withdraw(deleted('event-3', { force: true }, { time: at(70) }))

    expect(await golem()).toMatchObject({
      removal: { force: true },
      generation: 3,
      run: { number: 3, workflow: 'deprovision', state: 'STARTED' },
    })
  })

  test('keeps force once it was said', async () => {
    const { withdraw, golem } = await announced('finish')
    await withdraw(deleted('event-2', { force: true }))

    await withdraw(deleted('event-3', {}, { time: at(70) }))

    expect(await golem()).toMatchObject({ removal: { force: true }, generation: 2 })
  })

  test('changes nothing when it is older than the last word', async () => {
    const { withdraw, golem } = await announced('finish')

    await withdraw(deleted('event-2', {}, { time: at(-1) }))

    expect(await golem()).toMatchObject({ status: 'READY', generation: 1 })
  })

  test.each([
    ['from another account', deleted('event-2', {}, { account: '111122223333' }), AccountMayNotSpeak],
    ['of the future', deleted('event-2', {}, { time: at(301) }), EventFromTheFuture],
    ['with more than it knows', deleted('event-2', { reason: 'x' }), InvalidInput],
  ])('is refused, and changes nothing: %s', async (_, event, Refusal) => {
    const { withdraw, announcing } = await announced('finish')
    const before = await itemsOf(announcing.table)

    await expect(withdraw(event)).rejects.toThrow(Refusal)

    expect(await itemsOf(announcing.table)).toEqual(before)
  })

  test('may come from an operator', async () => {
    const { withdraw, golem } = await announced('finish')

    await withdraw(deleted('event-2', {}, { account: OPERATOR }))

    expect(await golem()).toMatchObject({ status: 'DELETING' })
  })
})
