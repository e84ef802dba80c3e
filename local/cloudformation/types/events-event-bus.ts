/** AWS::Events::EventBus. */
import type { CreateEventBusResponse } from '@aws-sdk/client-eventbridge'
import * as z from 'zod'
import { document, tags, text } from '../properties.ts'
import { resourceType } from '../resource-type.ts'
import { tagChanges } from '../tag-changes.ts'

const properties = z.strictObject({
  Name: text,
  Description: text.optional(),
  DeadLetterConfig: z.strictObject({ Arn: text.optional() }).optional(),
  Policy: document.optional(),
  Tags: tags.optional(),
})

export const eventsEventBus = resourceType<z.infer<typeof properties>>({
  properties,
  attributes: ['Arn', 'Name'],
  replacedBy: ['Name'],
  nameProperty: 'Name',
  async create({ Policy, ...settings }, { request, claim }) {
    const { Name } = settings
    const { EventBusArn = '' } = await request<CreateEventBusResponse>('events', 'CreateEventBus', settings)
    claim(Name)
    if (Policy !== undefined) await request('events', 'PutPermission', { EventBusName: Name, Policy })
    return { physicalId: Name, attributes: { Arn: EventBusArn, Name } }
  },
  async update({ physicalId: Name, before, after, attributes }, { request }) {
    const { Description, DeadLetterConfig, Policy } = after
    const isSame =
      Description === before.Description && DeadLetterConfig?.Arn === before.DeadLetterConfig?.Arn
    if (!isSame) await request('events', 'UpdateEventBus', { Name, Description, DeadLetterConfig })
    if (Policy !== before.Policy)
      await (Policy === undefined
        ? request('events', 'RemovePermission', { EventBusName: Name, RemoveAllPermissions: true })
        : request('events', 'PutPermission', { EventBusName: Name, Policy }))
    const ResourceARN = attributes.Arn
    const { added, removedKeys } = tagChanges(before.Tags, after.Tags)
    if (removedKeys.length > 0)
      await request('events', 'UntagResource', { ResourceARN, TagKeys: removedKeys })
    if (added.length > 0) await request('events', 'TagResource', { ResourceARN, Tags: added })
    return attributes
  },
  // Deleting a bus that is not there is no error at EventBridge either.
  delete: async ({ physicalId: Name }, { request }) => {
    await request('events', 'DeleteEventBus', { Name })
  },
})
