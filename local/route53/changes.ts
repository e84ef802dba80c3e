/** Changes on their way to the name servers: PENDING, then INSYNC. */
import type { ChangeInfo, GetChangeRequest, GetChangeResponse } from '@aws-sdk/client-route-53'
import { globalArn } from '../arn.ts'
import type { Clock } from '../clock.ts'
import { AwsError } from '../errors.ts'
import { type Call, operation } from '../service.ts'
import { bareId, foreign } from './hosted-zone.ts'
import { randomId } from './random-id.ts'

export interface Changes {
  /** `publish` runs when the name servers have the change. */
  readonly submit: (account: string, publish: () => void, comment?: string) => ChangeInfo
  /** Throws NoSuchChange, or AccessDenied for a change in a zone of another account. */
  readonly find: (id: string | undefined, call: Call) => ChangeInfo
}

/** Changes reach all name servers within 60 seconds, mostly in about half of that. */
const IN_SYNC_AFTER_MILLISECONDS = 30_000

export function createChanges(clock: Clock): Changes {
  const changes = new Map<string, { readonly account: string; readonly info: ChangeInfo }>()
  return {
    submit(account, publish, comment) {
      const id = randomId('C')
      const pending: ChangeInfo = {
        Id: `/change/${id}`,
        Status: 'PENDING',
        SubmittedAt: clock.now(),
        ...(comment && { Comment: comment }),
      }
      changes.set(id, { account, info: pending })
      clock.after(IN_SYNC_AFTER_MILLISECONDS, () => {
        publish()
        changes.set(id, { account, info: { ...pending, Status: 'INSYNC' } })
      })
      return pending
    },
    find(id, call) {
      const change = changes.get(bareId(id))
      if (!change) throw new AwsError('NoSuchChange', `Could not find resource with ID: ${bareId(id)}`, 404)
      if (change.account !== call.principal.account) throw foreign(call)
      return change.info
    },
  }
}

export function changeOperations(changes: Changes) {
  return {
    GetChange: operation<GetChangeRequest, GetChangeResponse>({
      run: (input, call) => ({ ChangeInfo: changes.find(input.Id, call) }),
      asks: (input, call) => [
        {
          action: 'route53:GetChange',
          resource: globalArn('route53', call.region, '', `change/${bareId(input.Id)}`),
        },
      ],
    }),
  }
}
