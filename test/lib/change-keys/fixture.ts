/** Changes of the keys of the example's cluster, whose clock can be set. */
import { type Changing, changeKeys } from '../../../lib/change-keys.ts'
import { recordIssuerReady } from '../../../lib/issuer-ready.ts'
import { changeCluster } from '../../../lib/registry/cluster-record.ts'
import { sweepKeys } from '../../../lib/retire-keys.ts'
import { announcements, at, type Fixture, NOW } from '../announce/fixture.ts'
import { anAuditTable } from '../audit/audit-table.ts'
import { anEvent } from '../events/event.ts'
import { EC_PEM } from '../oidc/keys.ts'
import { type Around, itemsOf } from '../registry/registry.ts'
import { STACK } from '../resources/golem.ts'
import { aBus } from '../settling.ts'

export interface KeyChanges extends Fixture {
  readonly changing: Changing
  readonly change: (event: unknown) => Promise<void>
  /** The run that is under way sees its keys in public, and ends well. */
  readonly publish: () => Promise<void>
  readonly sweep: () => Promise<void>
  /** So many hours after noon. */
  readonly setHour: (hour: number) => void
  readonly kids: () => Promise<string[]>
  readonly audited: () => Promise<readonly Readonly<Record<string, unknown>>[]>
}

export async function keyChanges(around?: Around): Promise<KeyChanges> {
  let now = NOW
  const fixture = await announcements({ now: () => now }, around)
  const { announcing, golem } = fixture
  const audit = await anAuditTable()
  const changing = { ...announcing, audit }
  const { publisher } = aBus()
  return {
    ...fixture,
    changing,
    change: (event) => changeKeys(changing, event),
    async publish() {
      const { keys, runs } = await golem()
      const kids = keys.map(({ kid }) => kid)
      await changeCluster(announcing.table, 'golem', (known) => {
        const check = { issuer: known?.desired.issuer ?? '', kids }
        return known && { ...known, outputs: { ...known.outputs, 'issuer-check': check } }
      })
      await recordIssuerReady({ table: announcing.table, publisher, now: () => now }, 'golem', runs)
      await fixture.finish()
    },
    sweep: () => sweepKeys(changing),
    setHour(hour) {
      now = new Date(NOW.getTime() + hour * 3_600_000)
    },
    kids: async () => (await golem()).keys.map(({ kid }) => kid),
    audited: () => itemsOf(audit),
  }
}

/** From the stack's own account, a minute after the example's cluster is announced. */
export function keysChanged(
  id: string,
  detail: Readonly<Record<string, unknown>> = {},
  envelope: Readonly<Record<string, unknown>> = {},
) {
  const { accountId: account } = STACK
  return anEvent(
    'Cluster Keys Changed',
    { cluster: 'golem', serviceAccountKeys: [EC_PEM], ...detail },
    { id, account, time: at(60), ...envelope },
  )
}
