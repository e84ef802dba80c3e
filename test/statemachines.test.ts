/** What every state machine of ours is held to: by what failures, waits and redrives need, and what AWS and local mode agree on. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ERRORS } from '../lib/errors-by-name.ts'
import { allStates, ROOT, stateMachines } from './workflow-files.ts'

/** Errors of Lambda and Step Functions themselves that pass by themselves. */
const LAMBDA_HICCUPS = [
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.TooManyRequestsException',
  'Lambda.Unknown',
  'Sandbox.Timedout',
  'States.Timeout',
]

const TIME_MENDS = [...ERRORS].filter(([, { mendedBy }]) => mendedBy === 'time').map(([name]) => name)

describe.each(Object.entries(stateMachines()))('%s', (file, machine) => {
  const states = allStates(machine)
  const tasks = states.filter(([, { Type }]) => Type === 'Task')

  test.each(tasks)('%s tries again what time mends, and nothing else', (_, { Retry = [] }) => {
    const retried = new Set(Retry.flatMap(({ ErrorEquals }) => ErrorEquals))

    expect([...retried].toSorted()).toEqual([...TIME_MENDS, ...LAMBDA_HICCUPS].toSorted())
  })

  test.each(tasks)('%s has a time limit', (_, { TimeoutSeconds }) => {
    expect(TimeoutSeconds).toBeGreaterThan(0)
  })

  test.each(tasks.filter(([, { Resource }]) => /SettleDashroles/.test(JSON.stringify(Resource))))(
    '%s waits longer for its turn than for anything else: the function has a concurrency of its own',
    (_, { Retry: [turn, others] = [] }) => {
      expect(turn?.ErrorEquals).toEqual(['Lambda.TooManyRequestsException'])
      expect(turn?.MaxAttempts).toBeGreaterThan(others?.MaxAttempts ?? Number.POSITIVE_INFINITY)
    },
  )

  test('leaves failures where they happened: a redrive would run into the same Fail', () => {
    expect(states.filter(([, { Type }]) => Type === 'Fail')).toEqual([])
    expect(states.filter(([, state]) => 'Catch' in state)).toEqual([])
  })

  test('has only what AWS and local mode agree on', () => {
    const text = readFileSync(join(ROOT, 'statemachines', file), 'utf8')

    expect(text).not.toMatch(/JSONata|\{%|Assign:|DISTRIBUTED|ToleratedFailure|ResultWriter|ItemReader/)
    // The path exists only after a redrive, and a missing path fails the execution.
    expect(text).not.toMatch(/RedriveTime/)
    for (const [, { ItemProcessor }] of states)
      expect(ItemProcessor?.ProcessorConfig.Mode ?? 'INLINE').toBe('INLINE')
  })
})

test('deprovision-cluster begins with a wait longer than any task that may still be at work', () => {
  const machines = stateMachines()
  const timeouts = Object.values(machines)
    .flatMap(allStates)
    .flatMap(([, { TimeoutSeconds }]) => TimeoutSeconds ?? [])
  const { StartAt = '', States = {} } = machines['deprovision-cluster.yml'] ?? {}

  expect(timeouts.length).toBeGreaterThan(0)
  expect(States[StartAt]).toMatchObject({ Type: 'Wait' })
  expect(States[StartAt]?.Seconds).toBeGreaterThan(Math.max(...timeouts))
})
