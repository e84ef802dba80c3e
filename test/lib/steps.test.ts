import { describe, expect, test } from 'vitest'
import { RESOURCE_STEPS, STEPS, stepOfState } from '../../lib/steps.ts'
import { allStates, stateMachines } from '../workflow-files.ts'

test('every step but the fan-out at the end is one resource', () => {
  expect([...RESOURCE_STEPS, 'roles']).toEqual([...STEPS])
})

describe('stepOfState', () => {
  test.each([
    ['Bucket', 'bucket'],
    ['BucketReady?', 'bucket'],
    ['WaitForBucket', 'bucket'],
    ['IssuerCheck', 'issuer-check'],
    ['IssuerCheckReady?', 'issuer-check'],
    ['WaitForIssuerCheck', 'issuer-check'],
    ['ListRoles', 'roles'],
    ['RolesListed?', 'roles'],
    ['SettleRoles', 'roles'],
    ['WaitForRoles', 'roles'],
  ])('finds %s in %s', (state, step) => {
    expect(stepOfState(state)).toBe(step)
  })

  test.each(['', 'IssuerReady', 'FinishRun', 'Superseded', 'SomethingElse'])(
    'finds "%s" in none: what came before it still counts',
    (state) => {
      expect(stepOfState(state)).toBeUndefined()
    },
  )

  test('knows the task, the choice and the wait of every step of the workflow', () => {
    const machine = stateMachines()['provision-cluster.yml']
    const states = machine === undefined ? [] : allStates(machine)

    const found = STEPS.map((step) => [
      step,
      states.filter(([name]) => stepOfState(name) === step).map(([, { Type }]) => Type),
    ])

    expect(found).toEqual([
      ...RESOURCE_STEPS.map((step) => [step, ['Task', 'Choice', 'Wait']]),
      ['roles', ['Task', 'Choice', 'Map', 'Task', 'Choice', 'Wait']],
    ])
  })
})
