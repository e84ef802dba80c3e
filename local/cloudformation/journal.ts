/** What a stack shows of its resources and of itself while it changes, and keeps as events. */
import { randomUUID } from 'node:crypto'
import type { ResourceStatus, StackStatus } from '@aws-sdk/client-cloudformation'
import type { Clock } from '../clock.ts'
import type { Stack, StackResource } from './stack.ts'

export type Entry = Omit<StackResource, 'status' | 'reason' | 'changedAt'>

export interface Journal {
  /** Answers the resource as the stack holds it from now on. */
  readonly resource: (entry: Entry, status: ResourceStatus, reason?: string) => StackResource
  readonly stack: (status: StackStatus, reason?: string) => void
}

export function createJournal(stack: Stack, clock: Clock): Journal {
  const event = (
    of: Pick<Entry, 'logicalId' | 'physicalId' | 'type'>,
    status: ResourceStatus | StackStatus,
    reason: string | undefined,
  ) => {
    const { logicalId, physicalId, type } = of
    stack.events.push({ id: randomUUID(), logicalId, physicalId, type, status, reason, at: clock.now() })
  }
  return {
    resource(entry, status, reason) {
      const resource: StackResource = { ...entry, status, reason, changedAt: clock.now() }
      stack.resources.set(entry.logicalId, resource)
      event(entry, status, reason)
      return resource
    },
    stack(status, reason) {
      stack.status = status
      stack.reason = reason
      const self = { logicalId: stack.name, physicalId: stack.id, type: 'AWS::CloudFormation::Stack' }
      event(self, status, reason)
    },
  }
}
