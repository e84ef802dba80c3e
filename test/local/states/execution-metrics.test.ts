/** Facts from https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html */
import { expect, test } from 'vitest'
import { measuredIn } from '../world.ts'
import { FUNCTION, functionError, statesFixture } from './fixture.ts'

const task = { StartAt: 'T', States: { T: { Type: 'Task', Resource: FUNCTION, End: true } } }

test('an execution is counted when it starts and by how it ends', async () => {
  const states = statesFixture({ work: () => null })
  const measured = measuredIn(states.world)

  await states.run(task)

  expect(measured).toEqual(['ExecutionsStarted 1', 'ExecutionsSucceeded 1'])
})

test('one that fails and is redriven is counted each time', async () => {
  let isBroken = true
  const states = statesFixture({ work: () => (isBroken ? functionError('E', 'why') : 'done') })
  const measured = measuredIn(states.world)
  const executionArn = await states.run(task)
  isBroken = false

  await states.send('RedriveExecution', { executionArn })
  await states.clock.settle()

  expect(measured).toEqual([
    'ExecutionsStarted 1',
    'ExecutionsFailed 1',
    'ExecutionsRedriven 1',
    'ExecutionsSucceeded 1',
  ])
})
