import { describe, expect, test } from 'vitest'
import { FAILED, inputOf } from '../../step-functions.ts'
import { OPERATOR } from '../fixture.ts'
import { fixture } from './fixture.ts'

describe('executions', () => {
  test('are listed, the failed ones with the reason', async () => {
    const { ask, states } = await fixture()
    states.put('golem-2', { input: inputOf(2) })

    const all = await ask('GET', '/executions', { userArn: OPERATOR })
    const broken = await ask('GET', '/executions', { userArn: OPERATOR, query: { status: 'FAILED' } })

    expect(all.json.executions).toMatchObject([{ name: 'golem-2' }, { name: 'golem-1' }])
    expect(all.json).not.toHaveProperty('cursor')
    expect(broken.json.executions).toMatchObject([
      { name: 'golem-1', cluster: 'golem', step: 'alias', error: 'RecordTaken', remedy: expect.any(String) },
    ])
  })

  test('are listed page by page', async () => {
    const { ask, states } = await fixture()
    for (let run = 2; run <= 45; run++) states.put(`golem-${run}`, { input: inputOf(run) })

    const names: unknown[] = []
    let cursor: unknown
    do {
      const query = typeof cursor === 'string' ? { cursor } : {}
      const { json } = await ask('GET', '/executions', { query })
      names.push(...(json.executions as { readonly name: string }[]).map(({ name }) => name))
      cursor = json.cursor
    } while (cursor !== undefined)

    expect(names).toHaveLength(45)
    expect(new Set(names).size).toBe(45)
  })

  test('are shown with their steps', async () => {
    const { ask } = await fixture()

    const { json } = await ask('GET', '/executions/golem-1')

    expect(json).toMatchObject({
      name: 'golem-1',
      cluster: 'golem',
      failure: { error: 'RecordTaken' },
      steps: [{ step: 'bucket' }, { step: 'alias' }],
    })
  })

  test('are replayed, after that was written into the audit; a dry run only says how', async () => {
    const { ask, states, written, golem } = await fixture()

    const dry = await ask('POST', '/executions/golem-1/replay', { query: { dryRun: 'true' } })
    expect([dry.statusCode, dry.json.how]).toEqual([200, 'redrive'])
    expect([await written(), states.executions.get('golem-1')?.status]).toEqual([[], 'FAILED'])

    const done = await ask('POST', '/executions/golem-1/replay', { userArn: OPERATOR })
    expect([done.statusCode, done.json]).toEqual([200, { ...dry.json }])
    expect(states.executions.get('golem-1')).toMatchObject({ status: 'RUNNING', redriveCount: 1 })
    const [entry] = await written()
    expect(entry).toMatchObject({
      who: 'iam:arn:aws:iam::000000000000:role/operator',
      what: 'ExecutionReplayed',
      about: { cluster: 'golem', execution: 'golem-1' },
    })
    expect(await golem()).toMatchObject({ run: { state: 'STARTED', changeId: entry?.changeId } })

    const again = await ask('POST', '/executions/golem-1/replay')
    expect(again.json.how).toBe('nothing')
    expect(await written()).toHaveLength(1)
  })

  test.each([
    ['GET', '/executions/golem-9', {}, 404, 'ExecutionNotFound'],
    ['GET', '/executions/a b', {}, 400, 'InvalidInput'],
    ['GET', '/executions', { status: 'BROKEN' }, 400, 'InvalidInput'],
    ['GET', '/executions', { cursor: 'forged' }, 400, 'InvalidInput'],
    ['POST', '/executions/golem-9/replay', {}, 404, 'ExecutionNotFound'],
    ['POST', '/executions/golem-0/replay', {}, 409, 'ExecutionSuperseded'],
    ['POST', '/executions/golem-1/replay', { dryRun: 'perhaps' }, 400, 'InvalidInput'],
  ] as const)('%s %s with %j is refused', async (method, path, query, status, error) => {
    const { ask, states } = await fixture()
    states.put('golem-0', { ...FAILED, input: inputOf(0) })

    const { statusCode, json } = await ask(method, path, { query })

    expect([statusCode, json.type]).toEqual([status, `urn:irsa:error:${error}`])
  })
})
