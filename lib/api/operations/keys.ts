/** The public keys of a cluster's API server, said anew. */
import { randomUUID } from 'node:crypto'
import { acceptKeys } from '../../change-keys.ts'
import { VersionConflict } from '../../errors.ts'
import { parseClusterKeys } from '../../events/cluster-keys-changed.ts'
import { shareKeys } from '../../migrate.ts'
import { keyTimesOf } from '../../oidc/rotation.ts'
import { requireCluster } from '../../registry/cluster-record.ts'
import { startRunOf } from '../../runs.ts'
import { answering } from '../route.ts'
import { requireAdministrator } from '../visible.ts'
import type { OperationsApi } from './context.ts'
import { PUT_KEYS } from './published/keys.ts'

/**
 * For administrators: in an account that has tenants, its being the owner's or an operator's says too little. Whoever may say
 * which keys count can sign for every service account.
 */
export const putKeys = answering(
  PUT_KEYS,
  async (api: OperationsApi, { caller, path: { cluster }, body }) => {
    requireAdministrator(api, caller)
    const asked = { cluster, ...parseClusterKeys(body, 'body'), who: caller.principal, input: 'body' }
    const before = await requireCluster(api.table, cluster)
    // In seconds, as EventBridge counts; a sender's clock may be ahead of ours.
    const seconds = Math.floor(api.now().getTime() / 1000) * 1000
    const time = new Date(Math.max(seconds, Date.parse(before.lastEvent.time))).toISOString()
    const id = randomUUID()
    const record = await acceptKeys(api, before, { ...asked, id, time })
    if (record.lastEvent.id !== id)
      throw new VersionConflict(`The cluster ${cluster} was changed at the same time.`)
    if (record.migration !== undefined) await shareKeys(api, cluster)
    await startRunOf(api, record)
    return { status: 202, body: { cluster, generation: record.generation, keys: keyTimesOf(record) } }
  },
)
