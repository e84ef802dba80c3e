/** AWS::SQS::QueuePolicy: the whole policy of queues. */
import * as z from 'zod'
import { unlessGone } from '../gone.ts'
import { document, text } from '../properties.ts'
import { type Context, resourceType } from '../resource-type.ts'
import { NO_QUEUE } from './sqs-errors.ts'

const properties = z.strictObject({ PolicyDocument: document, Queues: z.array(text).min(1) })

export const sqsQueuePolicy = resourceType<z.infer<typeof properties>>({
  properties,
  attributes: ['Id'],
  async create({ PolicyDocument, Queues }, context) {
    const id = context.generateName(128)
    context.claim(id)
    for (const url of Queues) await setPolicy(url, PolicyDocument, context)
    return { physicalId: id, attributes: { Id: id } }
  },
  async update({ before, after, attributes }, context) {
    for (const url of after.Queues) await setPolicy(url, after.PolicyDocument, context)
    for (const url of before.Queues) if (!after.Queues.includes(url)) await setPolicy(url, '', context)
    return attributes
  },
  async delete({ before: { Queues } }, context) {
    for (const url of Queues) await unlessGone(NO_QUEUE, () => setPolicy(url, '', context))
  },
})

/** An empty policy takes it away. */
async function setPolicy(QueueUrl: string, Policy: string, { request }: Context): Promise<void> {
  await request('sqs', 'SetQueueAttributes', { QueueUrl, Attributes: { Policy } })
}
