/** Queues themselves: made, described, changed, deleted. */
import type {
  CreateQueueRequest,
  GetQueueAttributesRequest,
  GetQueueUrlRequest,
  ListQueuesRequest,
  ListQueueTagsRequest,
  PurgeQueueRequest,
  SetQueueAttributesRequest,
  TagQueueRequest,
  UntagQueueRequest,
} from '@aws-sdk/client-sqs'
import { regionalArn } from '../arn.ts'
import { AwsError, NotInLocalMode } from '../errors.ts'
import type { PolicyDocument } from '../policy/document.ts'
import { type Ask, type Call, type Operation, operation } from '../service.ts'
import type { World } from '../world.ts'
import { attributesOf, DEFAULT_ATTRIBUTES, type Queue, type Queues } from './queue.ts'

export function queueOperations(world: World, queues: Queues): Record<string, Operation<never, unknown>> {
  const find = (input: { readonly QueueUrl: string | undefined }, call: Call) =>
    findQueue(queues, input, call)
  return {
    CreateQueue: operation<CreateQueueRequest, object>({
      asks: ({ QueueName = '' }, call) => [{ action: 'sqs:CreateQueue', resource: arnOf(QueueName, call) }],
      run: (input, call) => ({ QueueUrl: urlOf(world, createQueue(world, queues, input, call)) }),
    }),
    GetQueueUrl: operation<GetQueueUrlRequest, object>({
      asks: ({ QueueName = '' }, call) => [{ action: 'sqs:GetQueueUrl', resource: arnOf(QueueName, call) }],
      run: ({ QueueName = '', QueueOwnerAWSAccountId: owner }, call) => {
        const account = owner ?? call.principal.account
        const queue = queues.get(regionalArn('sqs', call.region, account, QueueName))
        if (queue === undefined) throw noQueue()
        return { QueueUrl: urlOf(world, queue) }
      },
    }),
    ListQueues: operation<ListQueuesRequest, object>({
      asks: (_, call) => [{ action: 'sqs:ListQueues', resource: arnOf('*', call) }],
      run: ({ QueueNamePrefix = '' }, call) => ({
        QueueUrls: [...queues.values()]
          .filter((one) => one.account === call.principal.account && one.region === call.region)
          .filter(({ name }) => name.startsWith(QueueNamePrefix))
          .map((queue) => urlOf(world, queue)),
      }),
    }),
    GetQueueAttributes: operation<GetQueueAttributesRequest, object>({
      asks: (input, call) => queueAsks(queues, 'sqs:GetQueueAttributes', input, call),
      run: (input, call) => {
        const { AttributeNames = [] } = input
        const all = Object.entries(attributesOf(world, find(input, call)))
        const names: readonly string[] = AttributeNames
        return {
          Attributes: Object.fromEntries(
            all.filter(([name]) => names.includes('All') || names.includes(name)),
          ),
        }
      },
    }),
    SetQueueAttributes: operation<SetQueueAttributesRequest, object>({
      asks: (input, call) => queueAsks(queues, 'sqs:SetQueueAttributes', input, call),
      run: (input, call) => {
        setAttributes(find(input, call), input.Attributes ?? {})
        return {}
      },
    }),
    DeleteQueue: operation<PurgeQueueRequest, object>({
      asks: (input, call) => queueAsks(queues, 'sqs:DeleteQueue', input, call),
      run: (input, call) => {
        queues.delete(find(input, call).arn)
        return {}
      },
    }),
    PurgeQueue: operation<PurgeQueueRequest, object>({
      asks: (input, call) => queueAsks(queues, 'sqs:PurgeQueue', input, call),
      run: (input, call) => {
        find(input, call).messages = []
        return {}
      },
    }),
    TagQueue: operation<TagQueueRequest, object>({
      asks: (input, call) => queueAsks(queues, 'sqs:TagQueue', input, call),
      run: (input, call) => {
        for (const [key, value] of Object.entries(input.Tags ?? {})) find(input, call).tags.set(key, value)
        return {}
      },
    }),
    UntagQueue: operation<UntagQueueRequest, object>({
      asks: (input, call) => queueAsks(queues, 'sqs:UntagQueue', input, call),
      run: (input, call) => {
        for (const key of input.TagKeys ?? []) find(input, call).tags.delete(key)
        return {}
      },
    }),
    ListQueueTags: operation<ListQueueTagsRequest, object>({
      asks: (input, call) => queueAsks(queues, 'sqs:ListQueueTags', input, call),
      run: (input, call) => ({ Tags: Object.fromEntries(find(input, call).tags) }),
    }),
  }
}

/** Throws AwsError (QueueDoesNotExist). */
export function findQueue(queues: Queues, { QueueUrl }: { QueueUrl: string | undefined }, call: Call): Queue {
  const queue = queues.get(arnOfUrl(QueueUrl, call))
  if (queue === undefined) throw noQueue()
  return queue
}

/** With the queue's own policy, which alone lets services and other accounts in. */
export function queueAsks(
  queues: Queues,
  action: string,
  { QueueUrl }: { readonly QueueUrl: string | undefined },
  call: Call,
): Ask[] {
  const resource = arnOfUrl(QueueUrl, call)
  const queue = queues.get(resource)
  const policy = queue?.attributes.get('Policy')
  const resourcePolicy: PolicyDocument | undefined = policy ? JSON.parse(policy) : undefined
  return [{ action, resource, resourcePolicy, ...(queue && { owner: queue.account }) }]
}

function createQueue(world: World, queues: Queues, input: CreateQueueRequest, call: Call): Queue {
  const { QueueName: name = '', Attributes = {}, tags = {} } = input
  if (name.endsWith('.fifo') || Attributes.FifoQueue === 'true') throw new NotInLocalMode('FIFO queues')
  if (!/^[\w-]{1,80}$/.test(name))
    throw new AwsError(
      'InvalidParameterValue',
      'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length',
    )
  const arn = arnOf(name, call)
  const existing = queues.get(arn)
  if (existing !== undefined) return sameQueue(existing, Attributes)
  const queue: Queue = {
    name,
    account: call.principal.account,
    region: call.region,
    arn,
    createdAt: world.clock.now(),
    attributes: new Map(Object.entries(DEFAULT_ATTRIBUTES)),
    tags: new Map(Object.entries(tags)),
    messages: [],
  }
  setAttributes(queue, Attributes)
  queues.set(arn, queue)
  return queue
}

function sameQueue(queue: Queue, attributes: Readonly<Record<string, string>>): Queue {
  const other = Object.entries(attributes).find(([name, value]) => queue.attributes.get(name) !== value)
  if (other === undefined) return queue
  throw new AwsError(
    'QueueNameExists',
    `A queue already exists with the same name and a different value for attribute ${other[0]}`,
  )
}

/** An empty policy takes it away. Throws AwsError (InvalidAttributeName, InvalidAttributeValue). */
function setAttributes(queue: Queue, attributes: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (!ATTRIBUTES.has(name)) throw new AwsError('InvalidAttributeName', `Unknown Attribute ${name}.`)
    if (JSON_ATTRIBUTES.has(name) && value !== '' && !isJson(value))
      throw new AwsError('InvalidAttributeValue', `Invalid value for the parameter ${name}.`)
  }
  for (const [name, value] of Object.entries(attributes))
    if (value === '') queue.attributes.delete(name)
    else queue.attributes.set(name, value)
}

const JSON_ATTRIBUTES = new Set(['Policy', 'RedrivePolicy', 'RedriveAllowPolicy'])
const ATTRIBUTES = new Set([
  ...Object.keys(DEFAULT_ATTRIBUTES),
  ...JSON_ATTRIBUTES,
  'KmsMasterKeyId',
  'KmsDataKeyReusePeriodSeconds',
])

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

function arnOf(name: string, call: Call): string {
  return regionalArn('sqs', call.region, call.principal.account, name)
}

/** The URL's end has account and name, whatever host it is called by. */
function arnOfUrl(url = '', call: Call): string {
  const [account, name] = url.split('/').slice(-2)
  return regionalArn('sqs', call.region, account ?? '', name ?? '')
}

function urlOf({ endpoint }: World, { account, name }: Queue): string {
  return `${endpoint()}/${account}/${name}`
}

function noQueue(): AwsError {
  return new AwsError('QueueDoesNotExist', 'The specified queue does not exist.')
}
