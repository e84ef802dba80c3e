/** Outbound events. Delivery is at least once: whoever publishes does so before it writes down that it has. */
import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge'
import { translate } from '../aws/errors.ts'
import { AwsUnavailable } from '../errors.ts'
import { OUTBOUND, type OutboundDetail, type OutboundName } from './names.ts'
import { SOURCE } from './outcome.ts'

export interface Publisher {
  readonly eventBridge: EventBridgeClient
  readonly eventBusName: string
  /** Is told of every event that EventBridge took. */
  readonly onPublished?: <Name extends OutboundName>(name: Name, detail: OutboundDetail<Name>) => void
}

/** Throws AwsUnavailable when EventBridge did not take it, ZodError when the detail is not as published in its schema. */
export async function publish<Name extends OutboundName>(
  { eventBridge, eventBusName, onPublished }: Publisher,
  name: Name,
  detail: OutboundDetail<Name>,
): Promise<void> {
  const entry = {
    EventBusName: eventBusName,
    Source: SOURCE,
    DetailType: name,
    Detail: JSON.stringify(OUTBOUND[name].parse(detail)),
  }
  const { FailedEntryCount = 0, Entries } = await eventBridge
    .send(new PutEventsCommand({ Entries: [entry] }))
    .catch(translate('events:PutEvents'))
  if (FailedEntryCount > 0)
    throw new AwsUnavailable(`events:PutEvents: ${Entries?.[0]?.ErrorCode}: ${Entries?.[0]?.ErrorMessage}`)
  onPublished?.(name, detail)
}
