/** AWS::SNS::*. */
import { randomUUID } from 'node:crypto'
import * as z from 'zod'
import { regionalArn } from '../../arn.ts'
import { document, flag, tags, text } from '../properties.ts'
import { recordType } from './record.ts'

const topic = z.strictObject({
  TopicName: text.optional(),
  DisplayName: text.optional(),
  FifoTopic: flag.optional(),
  ContentBasedDeduplication: flag.optional(),
  KmsMasterKeyId: text.optional(),
  SignatureVersion: text.optional(),
  TracingConfig: text.optional(),
  Subscription: z.array(z.strictObject({ Endpoint: text, Protocol: text })).optional(),
  Tags: tags.optional(),
})

export const snsTopic = recordType<z.infer<typeof topic>>({
  properties: topic,
  attributes: ['TopicArn', 'TopicName'],
  replacedBy: ['TopicName', 'FifoTopic'],
  nameProperty: 'TopicName',
  physicalId: ({ TopicName, FifoTopic }, { generateName, region, account }) => {
    const generated = () => (FifoTopic ? `${generateName(251)}.fifo` : generateName(256))
    return regionalArn('sns', region, account, TopicName ?? generated())
  },
  attributesOf: (arn) => ({ TopicArn: arn, TopicName: arn.slice(arn.lastIndexOf(':') + 1) }),
})

const topicPolicy = z.strictObject({ PolicyDocument: document, Topics: z.array(text).min(1) })

export const snsTopicPolicy = recordType<z.infer<typeof topicPolicy>>({
  properties: topicPolicy,
  attributes: ['Id'],
  physicalId: (_, { generateName }) => generateName(128),
  attributesOf: (id) => ({ Id: id }),
})

const subscription = z.strictObject({
  TopicArn: text,
  Protocol: text,
  Endpoint: text.optional(),
  DeliveryPolicy: document.optional(),
  FilterPolicy: document.optional(),
  FilterPolicyScope: z.enum(['MessageAttributes', 'MessageBody']).optional(),
  RawMessageDelivery: flag.optional(),
  RedrivePolicy: document.optional(),
  SubscriptionRoleArn: text.optional(),
  Region: text.optional(),
})

export const snsSubscription = recordType<z.infer<typeof subscription>>({
  properties: subscription,
  attributes: ['Arn'],
  replacedBy: ['TopicArn', 'Protocol', 'Endpoint'],
  physicalId: ({ TopicArn }) => `${TopicArn}:${randomUUID()}`,
  attributesOf: (arn) => ({ Arn: arn }),
})
