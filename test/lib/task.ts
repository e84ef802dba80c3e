import type { TaskInput } from '../../lib/execution.ts'

/** What a task of the example's first run is given. */
export function aTask(
  input: Partial<TaskInput['input']> = {},
  execution: Partial<TaskInput['execution']> = {},
): TaskInput {
  return {
    input: { cluster: 'golem', run: 1, ...input },
    execution: {
      Id: 'arn:aws:states:eu-central-1:000000000000:execution:irsa-dev-provision-cluster:golem-1',
      Name: 'golem-1',
      StartTime: '2026-01-31T12:00:00.000Z',
      ...execution,
    },
  }
}
