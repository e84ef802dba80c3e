/** Lists of queues by name: all of the caller's, and those whose dead letters go to one queue. */
import type { ListDeadLetterSourceQueuesRequest, ListQueuesRequest } from '@aws-sdk/client-sqs'
import { pageAfter } from '../paging.ts'
import { type Operation, operation } from '../service.ts'
import type { World } from '../world.ts'
import { checkRange, type Queue, type Queues } from './queue.ts'
import { arnOf, findQueue, queueAsks, urlOf } from './queue-lookup.ts'
import { redriveOf } from './redrive.ts'

export function queueListOperations(world: World, queues: Queues): Record<string, Operation<never, unknown>> {
  return {
    ListQueues: operation<ListQueuesRequest, object>({
      asks: (_, call) => [{ action: 'sqs:ListQueues', resource: arnOf('*', call) }],
      run: (input, { principal, region }) => {
        const { QueueNamePrefix = '' } = input
        const own = [...queues.values()]
          .filter((one) => one.account === principal.account && one.region === region)
          .filter(({ name }) => name.startsWith(QueueNamePrefix))
        const { urls, token } = pageOf(world, own, input)
        return { QueueUrls: urls, ...token }
      },
    }),
    ListDeadLetterSourceQueues: operation<ListDeadLetterSourceQueuesRequest, object>({
      asks: (input, call) => queueAsks(queues, 'sqs:ListDeadLetterSourceQueues', input, call),
      run: (input, call) => {
        const { arn } = findQueue(queues, input, call)
        const sources = [...queues.values()].filter(
          (source) => redriveOf(source)?.deadLetterTargetArn === arn,
        )
        const { urls, token } = pageOf(world, sources, input)
        // AWS spells this one member with a small letter.
        return { queueUrls: urls, ...token }
      },
    }),
  }
}

const MOST_QUEUES = 1000

interface PageInput {
  readonly MaxResults?: number | undefined
  readonly NextToken?: string | undefined
}

function pageOf(world: World, queues: readonly Queue[], { MaxResults, NextToken }: PageInput) {
  if (MaxResults !== undefined) checkRange('MaxResults', MaxResults, MOST_QUEUES, 1)
  const sorted = queues.toSorted((one, other) => (one.name < other.name ? -1 : 1))
  const after = NextToken === undefined ? undefined : Buffer.from(NextToken, 'base64url').toString()
  const { items, next } = pageAfter(sorted, ({ name }) => name, after, MaxResults ?? MOST_QUEUES)
  return {
    urls: items.map((queue) => urlOf(world, queue)),
    // Only who asks for pages is told of another one.
    token:
      next !== undefined && MaxResults !== undefined
        ? { NextToken: Buffer.from(next).toString('base64url') }
        : {},
  }
}
