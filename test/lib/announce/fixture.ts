/** Announcements of the example's cluster, on the last day of January at noon. */
import { type Announcing, announceCluster } from '../../../lib/announce.ts'
import { type ClusterRecord, changeCluster, requireCluster } from '../../../lib/registry/cluster-record.ts'
import { wasSeen } from '../../../lib/registry/seen-events.ts'
import { finishRun } from '../../../lib/runs.ts'
import { anEvent } from '../events/event.ts'
import { EC_PEM } from '../oidc/keys.ts'
import { type Around, aTable } from '../registry/registry.ts'
import { STACK } from '../resources/golem.ts'
import { DEPROVISION_ARN, FAILED, MACHINE_ARN, type StepFunctions, stepFunctions } from '../step-functions.ts'

export const NOW = new Date('2026-01-31T12:00:00.000Z')
export const OPERATOR = '999999999999'

export const CREATED = {
  cluster: 'golem',
  baseDomain: 'golem.gigantic.io',
  serviceAccountKeys: [EC_PEM],
}

/** From the stack's own account; `envelope` is what EventBridge says around it. */
export function created(
  id: string,
  detail: Readonly<Record<string, unknown>> = {},
  envelope: Readonly<Record<string, unknown>> = {},
) {
  const { accountId: account } = STACK
  return anEvent('Cluster Created', { ...CREATED, ...detail }, { id, account, time: at(0), ...envelope })
}

/** An event's time, so many seconds after noon. */
export function at(seconds: number): string {
  return new Date(NOW.getTime() + seconds * 1000).toISOString()
}

export interface Fixture {
  readonly announcing: Announcing
  readonly states: StepFunctions
  readonly announce: (event: unknown) => Promise<void>
  readonly golem: () => Promise<ClusterRecord>
  readonly isSeen: (id: string) => Promise<boolean>
  /** The run that is under way ends well. */
  readonly finish: () => Promise<void>
  /** The run that is under way fails. */
  readonly fail: () => Promise<void>
}

/** `around` stands around every call to the registry and to Step Functions. */
export async function announcements(changes: Partial<Announcing> = {}, around?: Around): Promise<Fixture> {
  const table = await aTable(around)
  const states = stepFunctions(around)
  const announcing: Announcing = {
    table,
    sfn: states.client,
    stateMachineArn: MACHINE_ARN,
    deprovisionArn: DEPROVISION_ARN,
    stack: STACK,
    operatorAccounts: [OPERATOR],
    now: () => NOW,
    ...changes,
  }
  const golem = () => requireCluster(table, 'golem')
  return {
    announcing,
    states,
    announce: (event) => announceCluster(announcing, event),
    golem,
    isSeen: (id) => wasSeen(table, id),
    async finish() {
      const { runs } = await golem()
      states.put(`golem-${runs}`, { status: 'SUCCEEDED' })
      await finishRun(announcing, await requireCluster(announcing.table, 'golem'), runs)
    },
    async fail() {
      const { runs } = await golem()
      states.put(`golem-${runs}`, FAILED)
      await changeCluster(table, 'golem', (record) =>
        record?.run === undefined ? record : { ...record, run: { ...record.run, state: 'FAILED' } },
      )
    },
  }
}
