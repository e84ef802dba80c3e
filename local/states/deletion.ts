/** DeleteStateMachine works in the background. https://docs.aws.amazon.com/step-functions/latest/apireference/API_DeleteStateMachine.html */
import type { World } from '../world.ts'
import { executionsOf, type Store } from './store.ts'

/** AWS takes from half a minute to some minutes, and longer while executions are under way. */
const DELETION_TIME = 30_000

/** A machine that does not exist is no error. Executions under way end at their next transition. */
export function deleteMachine(store: Store, world: World, arn: string): object {
  const machine = store.machines.get(arn)
  if (machine !== undefined && machine.status !== 'DELETING') {
    machine.status = 'DELETING'
    for (const execution of executionsOf(store, arn)) execution.machineIsDeleted = true
    world.clock.after(DELETION_TIME, () => finishDeletion(store, world, arn))
  }
  return {}
}

function finishDeletion(store: Store, world: World, arn: string): void {
  const isBusy = executionsOf(store, arn).some(({ status }) => status === 'RUNNING')
  if (isBusy) world.clock.after(DELETION_TIME, () => finishDeletion(store, world, arn))
  else store.machines.delete(arn)
}
