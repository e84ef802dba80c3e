/** AWS::Events::EventBusPolicy: one statement in a bus's policy. */
import type { DescribeEventBusResponse } from '@aws-sdk/client-eventbridge'
import * as z from 'zod'
import { unlessGone } from '../gone.ts'
import { document, text } from '../properties.ts'
import { type Context, resourceType } from '../resource-type.ts'

const properties = z.strictObject({
  EventBusName: text.default('default'),
  StatementId: text,
  Statement: document.optional(),
  Action: text.optional(),
  Principal: text.optional(),
  Condition: z.strictObject({ Type: text, Key: text, Value: text }).optional(),
})

type Properties = z.infer<typeof properties>

export const eventsEventBusPolicy = resourceType<Properties>({
  properties,
  attributes: [],
  replacedBy: ['EventBusName', 'StatementId'],
  async create(given, context) {
    await put(given, context)
    return { physicalId: context.generateName(128), attributes: {} }
  },
  async update({ before, after, attributes }, context) {
    await remove(before, context)
    await put(after, context)
    return attributes
  },
  delete: ({ before }, context) => remove(before, context),
})

/** A whole statement goes in with the bus's other ones: PutPermission's Policy replaces them all. */
async function put({ Statement, ...given }: Properties, { request }: Context): Promise<void> {
  const { EventBusName, StatementId } = given
  if (Statement === undefined) {
    await request('events', 'PutPermission', given)
    return
  }
  const { Policy } = await request<DescribeEventBusResponse>('events', 'DescribeEventBus', {
    Name: EventBusName,
  })
  const others = Policy === undefined || Policy === '' ? [] : policy.parse(JSON.parse(Policy)).Statement
  const own = { ...statement.parse(JSON.parse(Statement)), Sid: StatementId }
  const statements = [...others.filter(({ Sid }) => Sid !== StatementId), own]
  await request('events', 'PutPermission', {
    EventBusName,
    Policy: JSON.stringify({ Version: '2012-10-17', Statement: statements }),
  })
}

const statement = z.looseObject({ Sid: z.string().optional() })
const policy = z.object({ Statement: z.array(statement) })

async function remove({ EventBusName, StatementId }: Properties, { request }: Context): Promise<void> {
  await unlessGone(['ResourceNotFoundException'], () =>
    request('events', 'RemovePermission', { EventBusName, StatementId }),
  )
}
