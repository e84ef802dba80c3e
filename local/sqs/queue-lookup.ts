/** Queues by name and by URL, and what IAM is asked about them. */
import { regionalArn } from '../arn.ts'
import { AwsError } from '../errors.ts'
import type { PolicyDocument } from '../policy/document.ts'
import type { Ask, Call } from '../service.ts'
import { resourceTagContext } from '../tags.ts'
import type { World } from '../world.ts'
import type { Queue, Queues } from './queue.ts'

interface ByUrl {
  readonly QueueUrl: string | undefined
}

/** Throws AwsError (QueueDoesNotExist). */
export function findQueue(queues: Queues, { QueueUrl }: ByUrl, call: Call): Queue {
  const queue = queues.get(arnOfUrl(QueueUrl, call))
  if (queue === undefined) throw noQueue()
  return queue
}

export function queueAsks(queues: Queues, action: string, { QueueUrl }: ByUrl, call: Call): Ask[] {
  return [queueAsk(queues, action, arnOfUrl(QueueUrl, call), call)]
}

/** With the queue's own policy, which alone lets services and other accounts in. `context` is what the request adds. */
export function queueAsk(
  queues: Queues,
  action: string,
  arn: string,
  { principal }: Call,
  context: NonNullable<Ask['context']> = {},
): Ask {
  const queue = queues.get(arn)
  const policy = queue?.attributes.get('Policy')
  const isShut = OWNERS_ONLY.has(action) && queue?.account !== principal.account
  const resourcePolicy: PolicyDocument | undefined = policy && !isShut ? JSON.parse(policy) : undefined
  return {
    action,
    resource: arn,
    resourcePolicy,
    context: { ...resourceTagContext(queue?.tags), ...context },
    ...(queue && { owner: queue.account }),
  }
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-customer-managed-policy-examples.html#grant-cross-account-permissions-to-role-and-user-name */
const OWNERS_ONLY: ReadonlySet<string> = new Set([
  'sqs:DeleteQueue',
  'sqs:ListQueueTags',
  'sqs:SetQueueAttributes',
  'sqs:TagQueue',
  'sqs:UntagQueue',
])

export function arnOf(name: string, { region, principal }: Call, account = principal.account): string {
  return regionalArn('sqs', region, account, name)
}

/** The URL's end has account and name, whatever host it is called by; AWS takes a slash behind them. */
function arnOfUrl(url = '', call: Call): string {
  const [account = '', name = ''] = url.replace(/\/$/, '').split('/').slice(-2)
  return arnOf(name, call, account)
}

export function urlOf({ endpoint }: World, { account, name }: Queue): string {
  return `${endpoint()}/${account}/${name}`
}

export function noQueue(): AwsError {
  return new AwsError('QueueDoesNotExist', 'The specified queue does not exist.')
}
