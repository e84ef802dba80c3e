import { describe, expect, test } from 'vitest'
import { batchTask, begunAt, roleTask, taskInput } from '../../lib/execution.ts'

const EXECUTION = {
  Id: 'arn:aws:states:eu-central-1:000000000000:execution:m:golem-1',
  Name: 'golem-1',
  StartTime: '2026-01-31T12:00:00.000Z',
}

describe('taskInput', () => {
  test('takes the first task’s input, and the context object of an execution that was never redriven', () => {
    const execution = { ...EXECUTION, RoleArn: 'arn', Input: {} }

    expect(taskInput.parse({ input: { cluster: 'golem', run: 1 }, execution })).toEqual({
      input: { cluster: 'golem', run: 1 },
      execution: EXECUTION,
    })
  })

  test('takes what a step and the fan-out answer', () => {
    const pending = {
      cluster: 'golem',
      run: 1,
      step: 'certificate',
      status: 'pending',
      since: '2026-01-31T12:00:00.000Z',
    }
    const list = { cluster: 'golem', run: 1, step: 'roles', status: 'settle', pass: 2, batches: [[]] }

    expect(taskInput.parse({ input: pending, execution: EXECUTION }).input).toEqual(pending)
    expect(taskInput.parse({ input: list, execution: EXECUTION }).input).toMatchObject({ pass: 2 })
  })

  test.each([
    ['no cluster', { input: { run: 1 }, execution: EXECUTION }],
    ['no run', { input: { cluster: 'golem' }, execution: EXECUTION }],
    ['a step that there is not', { input: { cluster: 'golem', run: 1, step: 'dns' }, execution: EXECUTION }],
    ['no execution', { input: { cluster: 'golem', run: 1 } }],
  ])('refuses %s', (_, task) => {
    expect(taskInput.safeParse(task).success).toBe(false)
  })
})

describe('batchTask', () => {
  test('takes the keys of a batch beside the run', () => {
    const batch = [{ namespace: 'default', serviceAccount: 'reader' }]
    const task = { input: { cluster: 'golem', run: 1 }, batch, execution: EXECUTION }

    expect(batchTask.parse(task)).toEqual(task)
    expect(batchTask.safeParse({ ...task, batch: [{ namespace: 'default' }] }).success).toBe(false)
  })
})

describe('roleTask', () => {
  test('takes one version of one role’s request', () => {
    const input = { cluster: 'golem', namespace: 'default', serviceAccount: 'reader', version: 1 }

    expect(roleTask.parse({ input, execution: EXECUTION })).toEqual({ input, execution: EXECUTION })
    expect(roleTask.safeParse({ input: { ...input, version: 'x' }, execution: EXECUTION }).success).toBe(
      false,
    )
  })
})

describe('begunAt', () => {
  const input = { cluster: 'golem', run: 1 }

  test('is the start of an execution that was never redriven', () => {
    expect(begunAt({ input, execution: EXECUTION })).toBe('2026-01-31T12:00:00.000Z')
  })

  test('is the redrive where there was one', () => {
    const execution = { ...EXECUTION, RedriveTime: '2026-02-02T08:00:00.000Z' }

    expect(begunAt({ input, execution })).toBe('2026-02-02T08:00:00.000Z')
  })

  test('is the later of the two, however they are spelt', () => {
    const execution = {
      ...EXECUTION,
      StartTime: '2026-01-31T12:00:00Z',
      RedriveTime: '2026-01-31T12:00:00.500Z',
    }

    expect(begunAt({ input, execution })).toBe('2026-01-31T12:00:00.500Z')
  })
})
