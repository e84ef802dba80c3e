/** A registry with clusters in it, and executions of both workflows that Step Functions knows. */
import { ListExecutionsCommand } from '@aws-sdk/client-sfn'
import type { Replaying } from '../../../lib/ops/replay.ts'
import type { ClusterRecord } from '../../../lib/registry/cluster-record.ts'
import { type Around, aTable, golemRecord, putCluster } from '../registry/registry.ts'
import { arnOf, DEPROVISION_ARN, MACHINE_ARN, stepFunctions } from '../step-functions.ts'

export const ROLE_MACHINE_ARN = MACHINE_ARN.replace('provision-cluster', 'reconcile-role')

export const LAST_ERROR = {
  step: 'certificate',
  error: 'HostedZoneNotFound',
  message: 'No public hosted zone covers it.',
  remedy: 'Create one.',
  at: '2026-01-31T12:00:00.000Z',
  redriveCount: 0,
} as const

export function clusterRecord(cluster: string, changes: Partial<ClusterRecord> = {}): ClusterRecord {
  const { desired } = golemRecord()
  return golemRecord({ ...changes, desired: { ...desired, cluster } })
}

/** Executions named `role-…` are of reconcile-role. Each is started a minute after the one before, and ends an hour later. */
export async function opsFixture(records: readonly ClusterRecord[], around?: Around) {
  const table = await aTable(around)
  for (const record of records) await putCluster(table, record)
  const states = stepFunctions(around)
  states.sfn.on(ListExecutionsCommand).callsFake(({ stateMachineArn, statusFilter }) => ({
    executions: [...states.executions]
      .map(([name, { status, redriveCount }], index) => ({
        name,
        executionArn: arnOf(name),
        stateMachineArn: name.startsWith('role-') ? ROLE_MACHINE_ARN : MACHINE_ARN,
        status,
        redriveCount,
        startDate: new Date(Date.UTC(2026, 0, 31, 12, index)),
        ...(status === 'RUNNING' ? {} : { stopDate: new Date(Date.UTC(2026, 0, 31, 13, index)) }),
      }))
      .filter((execution) => execution.stateMachineArn === stateMachineArn)
      .filter(({ status }) => statusFilter === undefined || status === statusFilter)
      .toReversed(),
  }))
  const replaying: Replaying = {
    table,
    sfn: states.client,
    stateMachineArn: MACHINE_ARN,
    deprovisionArn: DEPROVISION_ARN,
    reconcileRoleArn: ROLE_MACHINE_ARN,
    now: () => new Date('2026-01-31T12:30:00Z'),
  }
  return {
    table,
    states,
    replaying,
    workflows: { sfn: states.client, stateMachineArns: [MACHINE_ARN, ROLE_MACHINE_ARN] },
  }
}
