/** Dead letters: listed, shown, sent again, thrown away. */
import {
  discardLetter,
  type Letter,
  listLetters,
  replayLetter,
  showLetter,
  shownLetter,
} from '../../ops/dead-letters.ts'
import { momentCursor, readMomentCursor } from '../cursor.ts'
import { answering } from '../route.ts'
import { requireOperator, requireReader } from '../visible.ts'
import { auditingOf, type OperationsApi } from './context.ts'
import { DISCARD_LETTER, GET_LETTER, LIST_LETTERS, REPLAY_LETTER } from './published/dead-letters.ts'

const PAGE = 50

export const listDeadLetters = answering(
  LIST_LETTERS,
  async (api: OperationsApi, { caller, query: { cursor } }) => {
    requireReader(api, caller)
    const after = cursor === undefined ? undefined : readMomentCursor(cursor)
    const { letters, unread, heldByOthers } = await listLetters(api.queues)
    const rest = letters.filter((letter) => after === undefined || isAfter(letter, after))
    const page = rest.slice(0, PAGE)
    const last = rest.length > PAGE ? page.at(-1) : undefined
    const more = last && { cursor: momentCursor(last) }
    return { status: 200, body: { deadLetters: page.map(withoutEvent), unread, heldByOthers, ...more } }
  },
)

/** In the order of the list. */
function isAfter(letter: Letter, after: Pick<Letter, 'at' | 'id'>): boolean {
  return `${letter.at} ${letter.id}` > `${after.at} ${after.id}`
}

/** Fifty of them may be more than a function can answer. */
function withoutEvent(letter: Letter) {
  const { event: _, ...shown } = shownLetter(letter)
  return shown
}

export const getDeadLetter = answering(GET_LETTER, async (api: OperationsApi, { caller, path: { id } }) => {
  requireReader(api, caller)
  return { status: 200, body: shownLetter(await showLetter(api.queues, id)) }
})

export const replayDeadLetter = answering(
  REPLAY_LETTER,
  async (api: OperationsApi, { caller, path: { id } }) => {
    requireOperator(api, caller)
    return { status: 202, body: shownLetter(await replayLetter(api.queues, id, auditingOf(api, caller))) }
  },
)

export const discardDeadLetter = answering(
  DISCARD_LETTER,
  async (api: OperationsApi, { caller, path: { id } }) => {
    requireOperator(api, caller)
    return { status: 200, body: shownLetter(await discardLetter(api.queues, id, auditingOf(api, caller))) }
  },
)
