/** The handler of one step: the resource is what differs. */

import type { Stack } from './aws/stack.ts'
import { now } from './clock.ts'
import type { Cluster, StepOutputs } from './cluster.ts'
import { readEnvironment, stackEnvironment, stackOf, tableEnvironment } from './config.ts'
import { taskInput } from './execution.ts'
import { createTaskHandler, type Handler } from './handler.ts'
import type { Resource } from './resource.ts'
import { runResourceStep, type StepAnswer } from './resource-step.ts'
import type { ResourceStep } from './steps.ts'
import { tableOf } from './wiring.ts'

/**
 * `resourceOf` is called once; what it hands to `beforeTask` before each task, so that nothing is remembered beyond it. Reads the
 * environment when the module is loaded: a function that is deployed wrongly fails at its first breath.
 */
export function createStepHandler<Step extends ResourceStep>(
  step: Step,
  resourceOf: (stack: Stack, beforeTask: (act: () => void) => void) => Resource<Cluster, StepOutputs[Step]>,
): Handler<StepAnswer> {
  const environment = readEnvironment({ ...stackEnvironment, ...tableEnvironment })
  const table = tableOf(environment)
  const acts: (() => void)[] = []
  const resource = resourceOf(stackOf(environment), (act) => acts.push(act))
  return createTaskHandler(taskInput, async (task, { logger }) => {
    logger.appendKeys({ step })
    for (const act of acts) act()
    const answer = await runResourceStep({ table, now }, step, resource, task)
    const reason = answer.reason === undefined ? {} : { reason: answer.reason }
    logger.info(`The ${step} is ${answer.status}.`, reason)
    return answer
  })
}
