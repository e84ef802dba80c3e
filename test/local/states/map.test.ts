import { describe, expect, test } from 'vitest'
import { FUNCTION, functionError, pending, statesFixture } from './fixture.ts'

const one = { StartAt: 'One', States: { One: { Type: 'Task', Resource: FUNCTION, End: true } } }

function mapping(fields: object = {}, processor: object = one) {
  const M = {
    Type: 'Map',
    ItemsPath: '$.items',
    ItemProcessor: { ProcessorConfig: { Mode: 'INLINE' }, ...processor },
    End: true,
  }
  return { StartAt: 'M', States: { M: { ...M, ...fields } } }
}

describe('an inline Map', () => {
  test('gives the outputs in the order of its items, whatever the order in which they end', async () => {
    const answers = [pending(), pending(), pending()]
    const states = statesFixture({ work: (payload) => answers[Number(payload)]?.promise })

    const execution = await states.run(mapping(), { items: [0, 1, 2] })
    for (const index of [2, 0, 1]) {
      answers[index]?.resolve(`out ${index}`)
      await states.clock.settle()
    }

    expect(await states.output(execution)).toEqual(['out 0', 'out 1', 'out 2'])
  })

  test('records its events as AWS does when iterations run side by side', async () => {
    const answer = pending()
    const states = statesFixture({ work: () => answer.promise })

    const execution = await states.run(mapping(), { items: ['a', 'b'] })
    answer.resolve('done')
    await states.clock.settle()

    expect(await states.trace(execution)).toEqual([
      '1 ExecutionStarted after 0',
      '2 MapStateEntered after 0',
      '3 MapStateStarted after 2',
      '4 MapIterationStarted after 3',
      '5 MapIterationStarted after 3',
      '6 TaskStateEntered after 4',
      '7 LambdaFunctionScheduled after 6',
      '8 LambdaFunctionStarted after 7',
      '9 TaskStateEntered after 5',
      '10 LambdaFunctionScheduled after 9',
      '11 LambdaFunctionStarted after 10',
      '12 LambdaFunctionSucceeded after 8',
      '13 LambdaFunctionSucceeded after 11',
      '14 TaskStateExited after 12',
      '15 TaskStateExited after 13',
      '16 MapIterationSucceeded after 14',
      '17 MapIterationSucceeded after 15',
      '18 MapStateSucceeded after 17',
      '19 MapStateExited after 17',
      '20 ExecutionSucceeded after 19',
    ])
    const events = await states.history(execution)
    expect(events[2]).toMatchObject({ mapStateStartedEventDetails: { length: 2 } })
    expect(events[4]).toMatchObject({ mapIterationStartedEventDetails: { name: 'M', index: 1 } })
    expect(events[16]).toMatchObject({ mapIterationSucceededEventDetails: { name: 'M', index: 1 } })
  })

  test('begins the next iteration after the last event of the one before, one at a time', async () => {
    const pass = { StartAt: 'P', States: { P: { Type: 'Pass', End: true } } }
    const states = statesFixture()

    const execution = await states.run(mapping({ MaxConcurrency: 1 }, pass), { items: [1, 'x'] })

    expect(await states.trace(execution)).toEqual([
      '1 ExecutionStarted after 0',
      '2 MapStateEntered after 0',
      '3 MapStateStarted after 2',
      '4 MapIterationStarted after 3',
      '5 PassStateEntered after 4',
      '6 PassStateExited after 5',
      '7 MapIterationSucceeded after 6',
      '8 MapIterationStarted after 6',
      '9 PassStateEntered after 8',
      '10 PassStateExited after 9',
      '11 MapIterationSucceeded after 10',
      '12 MapStateSucceeded after 11',
      '13 MapStateExited after 11',
      '14 ExecutionSucceeded after 13',
    ])
  })

  test('over no items starts and ends', async () => {
    const states = statesFixture()

    const execution = await states.run(mapping(), { items: [] })

    expect(await states.output(execution)).toEqual([])
    expect(await states.trace(execution)).toEqual([
      '1 ExecutionStarted after 0',
      '2 MapStateEntered after 0',
      '3 MapStateStarted after 2',
      '4 MapStateSucceeded after 3',
      '5 MapStateExited after 3',
      '6 ExecutionSucceeded after 5',
    ])
  })

  test.each<[string, object, number]>([
    ['without MaxConcurrency', {}, 40],
    ['with MaxConcurrency 0', { MaxConcurrency: 0 }, 40],
    ['with more than 40', { MaxConcurrency: 100 }, 40],
    ['with 3', { MaxConcurrency: 3 }, 3],
    ['with a path', { MaxConcurrencyPath: '$.max' }, 2],
  ])('runs as many at a time as it may, %s', async (_, fields, expected) => {
    let running = 0
    let most = 0
    const states = statesFixture({
      work: async () => {
        most = Math.max(most, ++running)
        await states.clock.wait(1000)
        running -= 1
      },
    })

    await states.run(mapping(fields), { items: Array.from({ length: 90 }, (_, index) => index), max: 2 })
    await states.clock.pass(90_000)

    expect(most).toBe(expected)
    expect(states.invocations).toHaveLength(90)
  })

  test('ItemSelector sees the input of the Map, the item and its index, and iterations do not', async () => {
    const ItemSelector = {
      'index.$': '$$.Map.Item.Index',
      'item.$': '$$.Map.Item.Value',
      'common.$': '$.common',
      fixed: 1,
    }
    const states = statesFixture({ work: (payload) => payload })
    const arn = states.create(mapping({ InputPath: '$.in', ItemSelector, ResultPath: '$.out' }))

    const execution = await states.start(arn, { in: { items: ['a', { b: 1 }], common: 'c' } })

    expect(await states.output(execution)).toMatchObject({
      in: { common: 'c' },
      out: [
        { index: 0, item: 'a', common: 'c', fixed: 1 },
        { index: 1, item: { b: 1 }, common: 'c', fixed: 1 },
      ],
    })
    const inner = {
      StartAt: 'P',
      States: { P: { Type: 'Pass', Parameters: { 'i.$': '$$.Map.Item.Index' }, End: true } },
    }
    const other = states.create(mapping({}, inner), { name: 'inner' })
    expect(await states.describe(await states.start(other, { items: [1] }))).toMatchObject({
      error: 'States.Runtime',
    })
  })

  test('takes Iterator and Parameters, the old names, and its whole input without ItemsPath', async () => {
    const states = statesFixture({ work: (payload) => payload })
    const M = {
      Type: 'Map',
      Iterator: one,
      Parameters: { 'v.$': '$$.Map.Item.Value' },
      ResultSelector: { 'all.$': '$' },
      End: true,
    }

    expect(await states.output(await states.run({ StartAt: 'M', States: { M } }, [1, 2]))).toEqual({
      all: [{ v: 1 }, { v: 2 }],
    })
  })

  test.each<[object, unknown]>([
    [{}, { items: 'text' }],
    [{}, { items: { a: 1 } }],
    [{}, {}],
    [{ ItemsPath: undefined }, { items: [] }],
    [{ MaxConcurrencyPath: '$.max' }, { items: [1], max: -1 }],
    [{ ItemSelector: { 'x.$': '$.missing' } }, { items: [1] }],
  ])('%j over %j fails the execution with States.Runtime', async (fields, input) => {
    const states = statesFixture({ work: () => null })

    expect(await states.describe(await states.run(mapping(fields), input))).toMatchObject({
      error: 'States.Runtime',
    })
    expect(states.invocations).toEqual([])
  })
})

describe('a failing iteration', () => {
  test('fails the Map, aborts the others and keeps the rest from beginning', async () => {
    const slow = pending()
    const states = statesFixture({
      work: (payload) => (payload === 'bad' ? functionError('E', 'bad') : slow.promise),
    })
    const items = ['a', 'bad', 'c', 'd']

    const execution = await states.run(mapping({ MaxConcurrency: 3 }), { items })
    slow.resolve('ignored')
    await states.clock.settle()

    expect(states.invocations.map(({ payload }) => payload)).toEqual(['a', 'bad', 'c'])
    expect(await states.describe(execution)).toMatchObject({ status: 'FAILED', error: 'E' })
    const trace = await states.trace(execution)
    expect(trace.slice(-9)).toEqual([
      '16 LambdaFunctionFailed after 12',
      '17 MapIterationAborted after 16',
      '18 TaskStateAborted after 16',
      '19 MapIterationFailed after 16',
      '20 TaskStateAborted after 16',
      '21 MapIterationAborted after 16',
      '22 TaskStateAborted after 16',
      '23 MapStateFailed after 16',
      '24 ExecutionFailed after 23',
    ])
  })

  test('leaves a failed iteration and a failed Map when it ends in a Fail state, as AWS records it', async () => {
    const fail = { StartAt: 'F', States: { F: { Type: 'Fail', Error: 'SomeFailure' } } }
    const states = statesFixture()

    const execution = await states.run(mapping({ MaxConcurrency: 1 }, fail), { items: [1, 2] })

    expect(await states.trace(execution)).toEqual([
      '1 ExecutionStarted after 0',
      '2 MapStateEntered after 0',
      '3 MapStateStarted after 2',
      '4 MapIterationStarted after 3',
      '5 FailStateEntered after 4',
      '6 MapIterationFailed after 5',
      '7 MapStateFailed after 5',
      '8 ExecutionFailed after 7',
    ])
  })

  test('with a runtime error ends the execution without a word about the Map', async () => {
    const wrong = {
      StartAt: 'P',
      States: { P: { Type: 'Pass', Parameters: { 'm.$': '$.nope' }, End: true } },
    }
    const states = statesFixture()
    const Catch = [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }]
    const machine = mapping({ MaxConcurrency: 1, Catch }, wrong)

    const execution = await states.run(
      { ...machine, States: { ...machine.States, Caught: { Type: 'Succeed' } } },
      { items: [{}, {}] },
    )

    expect(await states.trace(execution)).toEqual([
      '1 ExecutionStarted after 0',
      '2 MapStateEntered after 0',
      '3 MapStateStarted after 2',
      '4 MapIterationStarted after 3',
      '5 PassStateEntered after 4',
      '6 ExecutionFailed after 5',
    ])
  })

  test('can be caught by the Map, whose Retry runs every iteration again', async () => {
    const states = statesFixture({ work: (payload) => (payload === 'bad' ? functionError('E') : payload) })
    const Retry = [{ ErrorEquals: ['E'], MaxAttempts: 1, IntervalSeconds: 5 }]
    const Catch = [{ ErrorEquals: ['E'], ResultPath: '$.caught', Next: 'Caught' }]
    const machine = mapping({ MaxConcurrency: 1, Retry, Catch })

    const execution = await states.run(
      {
        ...machine,
        States: { ...machine.States, Caught: { Type: 'Pass', OutputPath: '$.caught.Error', End: true } },
      },
      { items: ['ok', 'bad'] },
    )
    await states.clock.pass(5000)

    expect(await states.output(execution)).toBe('E')
    expect(states.invocations.map(({ payload, at }) => [payload, at])).toEqual([
      ['ok', 0],
      ['bad', 0],
      ['ok', 5000],
      ['bad', 5000],
    ])
    const types = (await states.history(execution)).map(({ type }) => type)
    expect(types.filter((type) => type === 'MapStateStarted')).toHaveLength(2)
    expect(types.filter((type) => type === 'MapStateFailed')).toHaveLength(1)
    expect(types.slice(-6)).toEqual([
      'TaskStateAborted',
      'MapStateFailed',
      'MapStateExited',
      'PassStateEntered',
      'PassStateExited',
      'ExecutionSucceeded',
    ])
  })

  test('aborts what is nested below the others', async () => {
    const inner = mapping({ ItemsPath: '$' }).States.M
    const P = {
      Type: 'Parallel',
      Branches: [
        { StartAt: 'Inner', States: { Inner: inner } },
        {
          StartAt: 'W',
          States: { W: { Type: 'Wait', Seconds: 1, Next: 'F' }, F: { Type: 'Fail', Error: 'E' } },
        },
      ],
      End: true,
    }
    const states = statesFixture({ work: () => pending().promise })

    const execution = await states.run({ StartAt: 'P', States: { P } }, ['x', 'y'])
    await states.clock.pass(1000)

    const trace = await states.trace(execution)
    expect(trace.slice(-9)).toEqual([
      '15 WaitStateExited after 14',
      '16 FailStateEntered after 15',
      '17 MapStateAborted after 16',
      '18 MapIterationAborted after 16',
      '19 TaskStateAborted after 16',
      '20 MapIterationAborted after 16',
      '21 TaskStateAborted after 16',
      '22 ParallelStateFailed after 16',
      '23 ExecutionFailed after 22',
    ])
  })
})

describe('a Map over thousands', () => {
  test('of items in batches, or of light iterations, takes far less than two seconds of its own', async () => {
    const states = statesFixture({ work: (payload) => payload })
    const pass = { StartAt: 'P', States: { P: { Type: 'Pass', End: true } } }
    const tasks = states.create(mapping(), { name: 'tasks' })
    const passes = states.create(mapping({}, pass), { name: 'passes' })
    const items = (length: number) => ({ items: Array.from({ length }, (_, index) => index) })
    const began = performance.now()

    const first = await states.start(tasks, items(3500))
    const second = await states.start(passes, items(5000))

    expect(performance.now() - began).toBeLessThan(2000)
    expect(await states.output(first)).toEqual(items(3500).items)
    expect(await states.output(second)).toEqual(items(5000).items)
  })
})
