/** A task that fails until it is repaired, and its execution redriven. */
import type { RedriveExecutionOutput } from '@aws-sdk/client-sfn'
import { FUNCTION, functionError, statesFixture } from '../fixture.ts'

export const task = { Type: 'Task', Resource: FUNCTION, End: true }

export function breakable() {
  const broken = { value: true }
  const states = statesFixture({ work: (payload) => (broken.value ? functionError('E') : { done: payload }) })
  const redrive = async (executionArn: string, more: object = {}) => {
    const answer = await states.send<RedriveExecutionOutput>('RedriveExecution', { executionArn, ...more })
    await states.clock.settle()
    return answer
  }
  const repair = () => {
    broken.value = false
  }
  return { states, redrive, repair }
}
