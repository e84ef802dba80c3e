/** Amazon SQS: standard queues. */
import type { Service } from '../service.ts'
import type { World } from '../world.ts'
import { messageOperations } from './messages.ts'
import { sampleQueues } from './metrics.ts'
import type { Queues } from './queue.ts'
import { queueListOperations } from './queue-lists.ts'
import { queueOperations } from './queues.ts'

export function createSqs(world: World): { readonly service: Service } {
  const queues: Queues = new Map()
  sampleQueues(world, queues)
  return {
    service: {
      name: 'sqs',
      operations: {
        ...queueOperations(world, queues),
        ...queueListOperations(world, queues),
        ...messageOperations(world, queues),
      },
    },
  }
}
