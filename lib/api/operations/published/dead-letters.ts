/** Dead letters, as they are published. */
import * as z from 'zod'
import { cursor, none } from '../../parameters.ts'
import type { Published } from '../../route.ts'

const letterMembers = {
  id: z.string(),
  queue: z
    .enum(['undelivered-events', 'dead-letters', 'stream-failures'])
    .describe(
      'undelivered-events: what EventBridge could not deliver. dead-letters: what a function refused, or failed to do. stream-failures: changes of role requests that were not handed over.',
    ),
  at: z.string(),
  error: z.string(),
  message: z.string(),
  remedy: z.string(),
  isReplayable: z.boolean().describe('Else it can only be discarded.'),
  function: z.string().optional().describe('That it is sent to again.'),
}

const letterSchema = z.strictObject({
  ...letterMembers,
  event: z.unknown().optional().describe('With everything like a private key struck out.'),
})

const letterAnswer = { name: 'DeadLetter', schema: letterSchema }

const letterPath = z.strictObject({
  id: z.string().regex(/^[\w-]{1,100}$/, 'must be the id of a dead letter, as the list has it'),
})

export const LIST_LETTERS = {
  method: 'GET',
  path: '/dead-letters',
  operation: 'listDeadLetters',
  summary: 'Events that came to nothing, the oldest first',
  description: 'For operators. Those that somebody else looks at just now are not there for some seconds.',
  access: 'authorised',
  parameters: none,
  query: z.strictObject({ cursor }),
  answers: {
    200: {
      description: 'A page of dead letters, without their events; there is another one if it has a cursor.',
      content: {
        name: 'DeadLetterList',
        schema: z.strictObject({
          deadLetters: z.array(z.strictObject(letterMembers)),
          unread: z
            .array(letterMembers.queue)
            .describe('Queues that had more than are read at once: replay or discard some.'),
          heldByOthers: z
            .int()
            .describe('About how many somebody else looks at just now: list again in a minute.'),
          cursor: z.string().optional(),
        }),
      },
    },
  },
  errors: [],
} as const satisfies Published

export const GET_LETTER = {
  method: 'GET',
  path: '/dead-letters/{id}',
  operation: 'getDeadLetter',
  summary: 'A dead letter, with its event',
  description: 'For operators.',
  access: 'authorised',
  parameters: letterPath,
  query: none,
  answers: { 200: { description: 'The dead letter.', content: letterAnswer } },
  errors: ['DeadLetterNotFound'],
} as const satisfies Published

export const REPLAY_LETTER = {
  method: 'POST',
  path: '/dead-letters/{id}/replay',
  operation: 'replayDeadLetter',
  summary: 'Send the original event to its function again',
  description:
    'For operators. The dead letter is deleted then; if the function fails again, there is another one.',
  access: 'authorised',
  parameters: letterPath,
  query: none,
  answers: { 202: { description: 'It is sent.', content: letterAnswer } },
  errors: ['DeadLetterNotFound', 'DeadLetterNotReplayable'],
} as const satisfies Published

export const DISCARD_LETTER = {
  method: 'DELETE',
  path: '/dead-letters/{id}',
  operation: 'discardDeadLetter',
  summary: 'Delete a dead letter for good',
  description: 'For operators.',
  access: 'authorised',
  parameters: letterPath,
  query: none,
  answers: { 200: { description: 'It was this one.', content: letterAnswer } },
  errors: ['DeadLetterNotFound'],
} as const satisfies Published
