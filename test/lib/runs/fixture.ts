/** Runs of the example's cluster: the registry in the embedded DynamoDB, Step Functions as far as runs see it. */
import type { ClusterRecord } from '../../../lib/registry/cluster-record.ts'
import type { Runs } from '../../../lib/runs.ts'
import { type Around, aTableWith } from '../registry/registry.ts'
import { DEPROVISION_ARN, MACHINE_ARN, type StepFunctions, stepFunctions } from '../step-functions.ts'

export interface RunsFixture {
  readonly runs: Runs
  readonly states: StepFunctions
}

/** `around` stands around every call to either. */
export async function runsOf(record: ClusterRecord, around?: Around): Promise<RunsFixture> {
  const table = await aTableWith(record, around)
  const states = stepFunctions(around)
  return {
    states,
    runs: { table, sfn: states.client, stateMachineArn: MACHINE_ARN, deprovisionArn: DEPROVISION_ARN },
  }
}
