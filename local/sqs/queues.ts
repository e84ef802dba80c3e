/** Queues themselves: made, described, changed, deleted. */
import type {
  CreateQueueRequest,
  DeleteQueueRequest,
  GetQueueAttributesRequest,
  GetQueueUrlRequest,
  ListQueueTagsRequest,
  PurgeQueueRequest,
  SetQueueAttributesRequest,
  TagQueueRequest,
  UntagQueueRequest,
} from '@aws-sdk/client-sqs'
import { AwsError, NotInLocalMode } from '../errors.ts'
import { type Ask, type Call, type Operation, operation } from '../service.ts'
import { requestTagContext } from '../tags.ts'
import type { World } from '../world.ts'
import { checkAttributes, checkReadable, DEFAULT_ATTRIBUTES, setAttributes } from './attributes.ts'
import { attributesOf, type Queue, type Queues } from './queue.ts'
import { arnOf, findQueue, noQueue, queueAsk, queueAsks, urlOf } from './queue-lookup.ts'

/** AWS's own time for deleting and purging. */
const SETTLING_MILLISECONDS = 60_000

export function queueOperations(world: World, queues: Queues): Record<string, Operation<never, unknown>> {
  const deleted = new Set<string>()
  const find = (input: { readonly QueueUrl: string | undefined }, call: Call) =>
    findQueue(queues, input, call)
  return {
    CreateQueue: operation<CreateQueueRequest, object>({
      asks: createAsks,
      run: (input, call) => ({ QueueUrl: urlOf(world, createQueue(world, queues, deleted, input, call)) }),
    }),
    GetQueueUrl: operation<GetQueueUrlRequest, object>({
      asks: ({ QueueName = '', QueueOwnerAWSAccountId: owner }, call) => [
        queueAsk(queues, 'sqs:GetQueueUrl', arnOf(QueueName, call, owner), call),
      ],
      run: ({ QueueName = '', QueueOwnerAWSAccountId: owner }, call) => {
        const queue = queues.get(arnOf(QueueName, call, owner))
        if (queue === undefined) throw noQueue()
        return { QueueUrl: urlOf(world, queue) }
      },
    }),
    GetQueueAttributes: operation<GetQueueAttributesRequest, object>({
      asks: (input, call) => queueAsks(queues, 'sqs:GetQueueAttributes', input, call),
      run: (input, call) => {
        const names: readonly string[] = input.AttributeNames ?? []
        checkReadable(names)
        const all = Object.entries(attributesOf(world, find(input, call)))
        const wanted = all.filter(([name]) => names.includes('All') || names.includes(name))
        return { Attributes: Object.fromEntries(wanted) }
      },
    }),
    SetQueueAttributes: operation<SetQueueAttributesRequest, object>({
      asks: (input, call) => queueAsks(queues, 'sqs:SetQueueAttributes', input, call),
      run: (input, call) => {
        const queue = find(input, call)
        checkAttributes(queues, queue.arn, input.Attributes ?? {})
        setAttributes(queue, input.Attributes ?? {})
        queue.modifiedAt = world.clock.now()
        return {}
      },
    }),
    DeleteQueue: operation<DeleteQueueRequest, object>({
      asks: (input, call) => queueAsks(queues, 'sqs:DeleteQueue', input, call),
      run: (input, call) => {
        const { arn } = find(input, call)
        queues.delete(arn)
        deleted.add(arn)
        world.clock.after(SETTLING_MILLISECONDS, () => deleted.delete(arn))
        return {}
      },
    }),
    PurgeQueue: operation<PurgeQueueRequest, object>({
      asks: (input, call) => queueAsks(queues, 'sqs:PurgeQueue', input, call),
      run: (input, call) => {
        purge(world, find(input, call))
        return {}
      },
    }),
    TagQueue: operation<TagQueueRequest, object>({
      asks: (input, call) =>
        queueAsks(queues, 'sqs:TagQueue', input, call).map((ask) => withTags(ask, input.Tags)),
      run: (input, call) => {
        const { tags } = find(input, call)
        for (const [key, value] of Object.entries(input.Tags ?? {})) tags.set(key, value)
        return {}
      },
    }),
    UntagQueue: operation<UntagQueueRequest, object>({
      asks: (input, call) => queueAsks(queues, 'sqs:UntagQueue', input, call),
      run: (input, call) => {
        const { tags } = find(input, call)
        for (const key of input.TagKeys ?? []) tags.delete(key)
        return {}
      },
    }),
    ListQueueTags: operation<ListQueueTagsRequest, object>({
      asks: (input, call) => queueAsks(queues, 'sqs:ListQueueTags', input, call),
      run: (input, call) => ({ Tags: Object.fromEntries(find(input, call).tags) }),
    }),
  }
}

/** Nobody else's policy has a say in making a queue. */
function createAsks({ QueueName = '', tags }: CreateQueueRequest, call: Call): Ask[] {
  const create = withTags({ action: 'sqs:CreateQueue', resource: arnOf(QueueName, call) }, tags)
  const isTagged = tags !== undefined && Object.keys(tags).length > 0
  return isTagged ? [create, { ...create, action: 'sqs:TagQueue' }] : [create]
}

function withTags(ask: Ask, tags: Readonly<Record<string, string>> = {}): Ask {
  const list = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
  return { ...ask, context: { ...ask.context, ...requestTagContext(list) } }
}

function createQueue(
  world: World,
  queues: Queues,
  deleted: ReadonlySet<string>,
  input: CreateQueueRequest,
  call: Call,
): Queue {
  const { QueueName: name = '', Attributes = {}, tags = {} } = input
  if (name.endsWith('.fifo') || Attributes.FifoQueue === 'true') throw new NotInLocalMode('FIFO queues')
  if (!/^[\w-]{1,80}$/.test(name))
    throw new AwsError(
      'InvalidParameterValue',
      'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length',
    )
  const arn = arnOf(name, call)
  checkAttributes(queues, arn, Attributes)
  const existing = queues.get(arn)
  if (existing !== undefined) return sameQueue(existing, Attributes)
  if (deleted.has(arn))
    throw new AwsError(
      'QueueDeletedRecently',
      'You must wait 60 seconds after deleting a queue before you can create another with the same name.',
    )
  const createdAt = world.clock.now()
  const queue: Queue = {
    name,
    account: call.principal.account,
    region: call.region,
    arn,
    createdAt,
    modifiedAt: createdAt,
    attributes: new Map(Object.entries(DEFAULT_ATTRIBUTES)),
    tags: new Map(Object.entries(tags)),
    messages: [],
    isPurging: false,
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

function purge({ clock }: World, queue: Queue): void {
  if (queue.isPurging)
    throw new AwsError(
      'PurgeQueueInProgress',
      `Only one PurgeQueue operation on ${queue.name} is allowed every 60 seconds.`,
    )
  queue.messages = []
  queue.isPurging = true
  clock.after(SETTLING_MILLISECONDS, () => {
    queue.isPurging = false
  })
}
