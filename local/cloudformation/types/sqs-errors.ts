/** What SQS answers when the queue is gone: its name in JSON, and in the older query protocol. */
export const NO_QUEUE = ['QueueDoesNotExist', 'AWS.SimpleQueueService.NonExistentQueue'] as const
