/** An inbound event: handled, or refused into the dead letters. Never lost, and never tried again in vain. */
import { announceCluster } from './announce.ts'
import { type Changing, changeKeys } from './change-keys.ts'
import { bury, type DeadLetters } from './dead-letters.ts'
import { EventNotServed, IrsaError } from './errors.ts'
import { CLUSTER_CREATED } from './events/cluster-created.ts'
import { CLUSTER_DELETED } from './events/cluster-deleted.ts'
import { CLUSTER_KEYS_CHANGED } from './events/cluster-keys-changed.ts'
import { openEnvelope } from './events/envelope.ts'
import { refusePrivateKeys } from './oidc/private-key.ts'
import { withdrawCluster } from './withdraw.ts'

export interface Receiving extends Changing {
  readonly deadLetters: DeadLetters
}

/** What only the sender can mend is refused, and the refusal returned; all else is thrown, for Lambda to try again. */
export async function receiveEvent(receiving: Receiving, event: unknown): Promise<IrsaError | undefined> {
  try {
    await handle(receiving, event)
    return undefined
  } catch (error) {
    if (!(error instanceof IrsaError) || error.mendedBy !== 'requester') throw error
    await bury(receiving.deadLetters, event, error)
    return error
  }
}

async function handle(receiving: Receiving, event: unknown): Promise<void> {
  const { envelope, detail } = openEnvelope(event)
  refusePrivateKeys(detail, 'detail')
  switch (envelope.detailType) {
    case CLUSTER_CREATED:
      return announceCluster(receiving, event)
    case CLUSTER_KEYS_CHANGED:
      return changeKeys(receiving, event)
    case CLUSTER_DELETED:
      return withdrawCluster(receiving, event)
    default:
      throw new EventNotServed()
  }
}
