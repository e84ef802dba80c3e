/** Makes a stack what its plan says, one resource after the other, or takes back all that it did. */
import type { Deployer } from './context.ts'
import { DeploymentFailed, reasonOf, validationError } from './errors.ts'
import { evaluate } from './intrinsics.ts'
import { createJournal } from './journal.ts'
import { type Placing, placeResource } from './placement.ts'
import type { Plan } from './plan.ts'
import { removeResources } from './removal.ts'
import type { Stack, StackOutput, StackResource } from './stack.ts'
import type { Value } from './value.ts'

/** Rejects with DeploymentFailed after the rollback. The stack is already shown as in progress. */
export async function deployPlan(
  stack: Stack,
  plan: Plan,
  deployer: Deployer,
  isExportTaken: (name: string) => boolean,
): Promise<void> {
  const isUpdate = stack.status === 'UPDATE_IN_PROGRESS'
  const journal = createJournal(stack, deployer.world.clock)
  const before = new Map(stack.resources)
  const placing: Placing = { stack, plan, deployer, journal, before, made: new Map(), undo: [] }
  let current = 'Outputs'
  try {
    for (const planned of plan.resources) {
      current = planned.logicalId
      await placeResource(placing, planned)
    }
    current = 'Outputs'
    stack.outputs = outputsOf(plan, placing.made, isExportTaken)
  } catch (error) {
    const reason = reasonOf(error)
    const leftBehind = await rollBack(placing, isUpdate, `${current}: ${reason}`)
    throw new DeploymentFailed(current, reason, leftBehind, { cause: error })
  }
  stack.template = plan.template
  stack.parameters = plan.parameters
  if (isUpdate) await cleanUp(placing)
  stack.resources = placing.made
  journal.stack(isUpdate ? 'UPDATE_COMPLETE' : 'CREATE_COMPLETE')
}

function outputsOf(
  plan: Plan,
  made: ReadonlyMap<string, StackResource>,
  isExportTaken: (name: string) => boolean,
): readonly StackOutput[] {
  const scope = plan.scope(made)
  const text = (key: string, value: Value) => {
    const evaluated = evaluate(value, scope)
    if (typeof evaluated === 'string' || typeof evaluated === 'number' || typeof evaluated === 'boolean')
      return String(evaluated)
    throw validationError(`Template format error: the Value of Output ${key} must evaluate to a String`)
  }
  return plan.outputs.map(({ key, Value, Description, Export }) => {
    const exportName = Export && text(key, Export.Name)
    if (exportName !== undefined && isExportTaken(exportName))
      throw validationError(`Export with name ${exportName} is already exported by another stack`)
    return { key, value: text(key, Value), description: Description, exportName }
  })
}

/** Answers what could not be taken back, with the reason. */
async function rollBack(placing: Placing, isUpdate: boolean, reason: string): Promise<readonly string[]> {
  const { stack, journal, before, undo } = placing
  const status = isUpdate ? 'UPDATE_ROLLBACK' : 'ROLLBACK'
  journal.stack(`${status}_IN_PROGRESS`, reason)
  const leftBehind: string[] = []
  for (const { logicalId, run } of undo.toReversed()) {
    try {
      await run()
    } catch (error) {
      const failed = stack.resources.get(logicalId)
      if (failed) journal.resource(failed, isUpdate ? 'UPDATE_FAILED' : 'DELETE_FAILED', reasonOf(error))
      leftBehind.push(`${logicalId} (${reasonOf(error)})`)
    }
  }
  if (leftBehind.length === 0 && isUpdate) stack.resources = new Map(before)
  if (leftBehind.length === 0) journal.stack(`${status}_COMPLETE`)
  else journal.stack(`${status}_FAILED`, leftBehind.join('; '))
  return leftBehind
}

/** Deletes what was replaced and what is no longer in the template. What cannot be deleted stays behind, as at AWS. */
async function cleanUp(placing: Placing): Promise<void> {
  const { stack, deployer, journal, before, made } = placing
  journal.stack('UPDATE_COMPLETE_CLEANUP_IN_PROGRESS')
  const gone = [...before.values()]
    .filter(({ logicalId, physicalId }) => made.get(logicalId)?.physicalId !== physicalId)
    .toReversed()
  await removeResources({ stack, deployer, journal }, gone, ({ logicalId, retained }) =>
    made.has(logicalId) ? retained.onReplacement : retained.onDeletion,
  )
}
