import { describe, expect, test } from 'vitest'
import { LAST_ERROR } from '../../ops/fixture.ts'
import { aRun } from '../../registry/registry.ts'
import { FAILED, inputOf } from '../../step-functions.ts'
import { NOW, OPERATOR } from '../fixture.ts'
import { fixture } from './fixture.ts'

describe('a cluster', () => {
  test('is protected and not any more, as often as somebody says so', async () => {
    const { ask, written } = await fixture()

    const put = await ask('PUT', '/clusters/golem/protection', { userArn: OPERATOR })
    const same = await ask('PUT', '/clusters/golem/protection')
    const removed = await ask('DELETE', '/clusters/golem/protection')

    expect([put.json.protected, same.json.protected, removed.json.protected]).toEqual([true, true, false])
    expect(same.json).toEqual(put.json)
    expect((await written()).map(({ what }) => what).toSorted()).toEqual([
      'ClusterProtected',
      'ClusterUnprotected',
    ])
  })

  test('is paused, and goes on', async () => {
    const { ask, states } = await fixture(aRun())

    const paused = await ask('PUT', '/clusters/golem/pause')
    expect([paused.json.paused, [...states.executions.keys()]]).toEqual([true, ['golem-1']])

    const resumed = await ask('DELETE', '/clusters/golem/pause')
    expect(resumed.json).toMatchObject({ paused: false, run: { state: 'STARTED' } })
    expect([...states.executions.keys()]).toEqual(['golem-1', 'golem-3'])
  })

  test('is abandoned when its removal has stopped, as often as somebody says so, and the first reason stays', async () => {
    const stopped = {
      ...aRun({ number: 2, workflow: 'deprovision', state: 'FAILED' }),
      lastError: LAST_ERROR,
    }
    const { ask, states, written } = await fixture({
      ...stopped,
      status: 'DELETING',
      removal: { force: false },
    })
    states.put('golem-2', { ...FAILED, input: inputOf(2), startDate: NOW })
    const abandon = (reason: string) =>
      ask('POST', '/clusters/golem/abandon', { userArn: OPERATOR, json: { reason } })

    const first = await abandon('account 111122223333 is closed')
    const again = await abandon('for another reason')

    expect([first.statusCode, again.statusCode]).toEqual([202, 202])
    expect(first.json).toMatchObject({
      status: 'DELETING',
      abandoned: { reason: 'account 111122223333 is closed', accounts: [] },
      run: { state: 'STARTED' },
    })
    expect(again.json).toEqual(first.json)
    expect(states.executions.get('golem-2')).toMatchObject({ redriveCount: 1 })
    expect(await written()).toMatchObject([
      {
        who: 'iam:arn:aws:iam::000000000000:role/operator',
        what: 'ClusterAbandoned',
        about: { cluster: 'golem' },
      },
    ])
  })

  test.each([{}, { reason: '' }, { reason: 'so\nsaid' }, { reason: 'x'.repeat(257) }])(
    'is not abandoned with %j',
    async (json) => {
      const { ask, written } = await fixture()

      const { statusCode, json: problem } = await ask('POST', '/clusters/golem/abandon', { json })

      expect(statusCode).toBe(400)
      expect(problem).toMatchObject({ errors: [{ pointer: '/reason' }] })
      expect(await written()).toEqual([])
    },
  )

  test.each(['PUT', 'DELETE'])('that is not there is 404 to %s', async (method) => {
    const { ask, written } = await fixture()

    for (const what of ['protection', 'pause'])
      expect((await ask(method, `/clusters/gaia/${what}`)).statusCode).toBe(404)
    expect(await written()).toEqual([])
  })
})
