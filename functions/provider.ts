import { iamOf, PROVISIONS_PROVIDERS } from '../lib/aws/provisioner.ts'
import { now } from '../lib/clock.ts'
import {
  externalIdEnvironment,
  readEnvironment,
  stackEnvironment,
  stackOf,
  tableEnvironment,
} from '../lib/config.ts'
import { replicasTask, taskInput } from '../lib/execution.ts'
import { createTaskHandler } from '../lib/handler.ts'
import { runProviderStep, runReplicas } from '../lib/replicas.ts'
import { providerResource } from '../lib/resources/provider.ts'
import { tableOf } from '../lib/wiring.ts'

const environment = readEnvironment({ ...stackEnvironment, ...tableEnvironment, ...externalIdEnvironment })
const stack = stackOf(environment)
const replicating = {
  table: tableOf(environment),
  provider: providerResource({ iamOf: iamOf(stack, environment.EXTERNAL_ID, PROVISIONS_PROVIDERS) }, stack),
  now,
}

/** The cluster's own, and those in other accounts, for every workflow: no other function touches a provider. */
export const handler = createTaskHandler(replicasTask.or(taskInput), async (task, { logger }) => {
  logger.appendKeys({ step: 'provider' })
  const answer =
    'replicas' in task.input
      ? await runReplicas(replicating, replicasTask.parse(task))
      : await runProviderStep(replicating, taskInput.parse(task))
  logger.info(
    `The provider is ${answer.status}.`,
    answer.reason === undefined ? {} : { reason: answer.reason },
  )
  return answer
})
