/** AWS::SQS::Queue. */
import type { CreateQueueResult, GetQueueAttributesResult } from '@aws-sdk/client-sqs'
import * as z from 'zod'
import { unlessGone } from '../gone.ts'
import { document, flag, integer, tags, text } from '../properties.ts'
import { type Context, resourceType } from '../resource-type.ts'
import { tagChanges, tagMap } from '../tag-changes.ts'
import { NO_QUEUE } from './sqs-errors.ts'

const properties = z.strictObject({
  QueueName: text.optional(),
  FifoQueue: flag.optional(),
  ContentBasedDeduplication: flag.optional(),
  DeduplicationScope: text.optional(),
  FifoThroughputLimit: text.optional(),
  DelaySeconds: integer.optional(),
  MaximumMessageSize: integer.optional(),
  MessageRetentionPeriod: integer.optional(),
  ReceiveMessageWaitTimeSeconds: integer.optional(),
  VisibilityTimeout: integer.optional(),
  KmsMasterKeyId: text.optional(),
  KmsDataKeyReusePeriodSeconds: integer.optional(),
  SqsManagedSseEnabled: flag.optional(),
  RedrivePolicy: document.optional(),
  RedriveAllowPolicy: document.optional(),
  Tags: tags.optional(),
})

type Properties = z.infer<typeof properties>

export const sqsQueue = resourceType<Properties>({
  properties,
  attributes: ['Arn', 'QueueName', 'QueueUrl'],
  replacedBy: ['QueueName', 'FifoQueue'],
  nameProperty: 'QueueName',
  async create(given, { request, generateName, claim }) {
    const { QueueName: name, Tags } = given
    const QueueName = name ?? (given.FifoQueue ? `${generateName(75)}.fifo` : generateName(80))
    const { QueueUrl = '' } = await request<CreateQueueResult>('sqs', 'CreateQueue', {
      QueueName,
      Attributes: attributesOf(given),
      ...(Tags && { tags: tagMap(Tags) }),
    })
    claim(QueueUrl)
    const { Attributes = {} } = await request<GetQueueAttributesResult>('sqs', 'GetQueueAttributes', {
      QueueUrl,
      AttributeNames: ['QueueArn'],
    })
    return { physicalId: QueueUrl, attributes: { Arn: Attributes.QueueArn ?? '', QueueName, QueueUrl } }
  },
  async update({ physicalId: QueueUrl, before, after, attributes }, context) {
    await updateAttributes(QueueUrl, attributesOf(before), attributesOf(after), context)
    const { added, removedKeys } = tagChanges(before.Tags, after.Tags)
    if (removedKeys.length > 0) await context.request('sqs', 'UntagQueue', { QueueUrl, TagKeys: removedKeys })
    if (added.length > 0) await context.request('sqs', 'TagQueue', { QueueUrl, Tags: tagMap(added) })
    return attributes
  },
  delete: ({ physicalId: QueueUrl }, { request }) =>
    unlessGone(NO_QUEUE, () => request('sqs', 'DeleteQueue', { QueueUrl })),
})

function attributesOf({ QueueName: _, Tags: __, ...attributes }: Properties): Record<string, string> {
  const given = Object.entries(attributes).filter(([, value]) => value !== undefined)
  return Object.fromEntries(given.map(([name, value]) => [name, String(value)]))
}

/** What has left the template goes back to SQS's default. */
async function updateAttributes(
  QueueUrl: string,
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
  { request }: Context,
): Promise<void> {
  const reset = Object.keys(before)
    .filter((name) => after[name] === undefined)
    .map((name) => [name, DEFAULTS[name] ?? ''])
  const { FifoQueue: _, ...changeable } = after
  const Attributes = { ...Object.fromEntries(reset), ...changeable }
  if (Object.keys(Attributes).length > 0) await request('sqs', 'SetQueueAttributes', { QueueUrl, Attributes })
}

// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
const DEFAULTS: Readonly<Record<string, string>> = {
  ContentBasedDeduplication: 'false',
  DeduplicationScope: 'queue',
  FifoThroughputLimit: 'perQueue',
  DelaySeconds: '0',
  MaximumMessageSize: '1048576',
  MessageRetentionPeriod: '345600',
  ReceiveMessageWaitTimeSeconds: '0',
  VisibilityTimeout: '30',
  KmsDataKeyReusePeriodSeconds: '300',
  SqsManagedSseEnabled: 'true',
}
