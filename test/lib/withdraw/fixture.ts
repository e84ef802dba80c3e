/** Withdrawals of the example's cluster. */
import { withdrawCluster } from '../../../lib/withdraw.ts'
import { announcements, at, created, type Fixture } from '../announce/fixture.ts'
import { anEvent } from '../events/event.ts'
import type { Around } from '../registry/registry.ts'
import { STACK } from '../resources/golem.ts'

export interface Withdrawals extends Fixture {
  readonly withdraw: (event: unknown) => Promise<void>
}

/** `around` stands around every call to the registry and to Step Functions. */
export async function withdrawals(around?: Around): Promise<Withdrawals> {
  const fixture = await announcements({}, around)
  return { ...fixture, withdraw: (event) => withdrawCluster(fixture.announcing, event) }
}

/** A cluster whose first run has ended well, or is as it was left. */
export async function announced(end?: 'finish' | 'fail'): Promise<Withdrawals> {
  const fixture = await withdrawals()
  await fixture.announce(created('event-1'))
  if (end !== undefined) await fixture[end]()
  return fixture
}

/** From the stack's own account, a minute after the example's cluster is announced. */
export function deleted(
  id: string,
  detail: Readonly<Record<string, unknown>> = {},
  envelope: Readonly<Record<string, unknown>> = {},
) {
  const { accountId: account } = STACK
  return anEvent(
    'Cluster Deleted',
    { cluster: 'golem', ...detail },
    { id, account, time: at(60), ...envelope },
  )
}
