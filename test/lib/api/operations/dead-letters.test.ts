import { describe, expect, test } from 'vitest'
import { sentNames } from '../../aws/sdk.ts'
import { failed } from '../../ops/queues.ts'
import { OPERATOR } from '../fixture.ts'
import { fixture } from './fixture.ts'

describe('dead letters', () => {
  test('are listed without their events, and shown with them, but for keys', async () => {
    const { ask } = await fixture()

    const { json } = await ask('GET', '/dead-letters', { userArn: OPERATOR })
    const shown = await ask('GET', '/dead-letters/u')

    expect(json).toEqual({
      deadLetters: [
        expect.objectContaining({ id: 'u', isReplayable: true, function: 'irsa-dev-cluster-events' }),
        expect.objectContaining({ id: 'r', isReplayable: false, error: 'InvalidInput' }),
      ],
      unread: [],
      heldByOthers: 0,
    })
    expect(JSON.stringify(json)).not.toContain('"event"')
    expect(shown.json.event).toMatchObject({ detail: { serviceAccountKeys: '(struck out)' } })
  })

  test('are listed page by page', async () => {
    const { ask, letters } = await fixture()
    const queue = letters.visible.get(letters.queues.urls['dead-letters'])
    queue?.push(...Array.from({ length: 60 }, (_, index) => failed(`f${index}`)))

    const first = await ask('GET', '/dead-letters')
    const second = await ask('GET', '/dead-letters', { query: { cursor: String(first.json.cursor) } })

    const ids = [first, second].flatMap(({ json }) => json.deadLetters as { readonly id: string }[])
    expect([ids.length, new Set(ids.map(({ id }) => id)).size]).toEqual([62, 62])
    expect(second.json).not.toHaveProperty('cursor')
  })

  test('are replayed and discarded, after that was written into the audit', async () => {
    const { ask, letters, written } = await fixture()

    const replayed = await ask('POST', '/dead-letters/u/replay', { userArn: OPERATOR })
    const discarded = await ask('DELETE', '/dead-letters/r', { userArn: OPERATOR })

    expect([replayed.statusCode, discarded.statusCode]).toEqual([202, 200])
    expect(sentNames(letters.lambda)).toEqual(['Invoke'])
    expect([...letters.visible.values()].flat()).toEqual([])
    expect((await written()).map(({ what, about }) => [what, about]).toSorted()).toEqual([
      ['DeadLetterDiscarded', { deadLetter: 'r' }],
      ['DeadLetterReplayed', { cluster: 'golem', deadLetter: 'u' }],
    ])
  })

  test.each([
    ['GET', '/dead-letters/x', 404, 'DeadLetterNotFound'],
    ['DELETE', '/dead-letters/x', 404, 'DeadLetterNotFound'],
    ['POST', '/dead-letters/x/replay', 404, 'DeadLetterNotFound'],
    ['POST', '/dead-letters/r/replay', 409, 'DeadLetterNotReplayable'],
    ['POST', '/dead-letters/a b/replay', 400, 'InvalidInput'],
    ['PUT', '/dead-letters/r', 405, 'MethodNotAllowed'],
  ])('%s %s is refused', async (method, path, status, error) => {
    const { ask, written } = await fixture()

    const { statusCode, json } = await ask(method, path)

    expect([statusCode, json.type]).toEqual([status, `urn:irsa:error:${error}`])
    expect(await written()).toEqual([])
  })
})
