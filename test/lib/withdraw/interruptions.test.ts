import { describe, expect, test } from 'vitest'
import { at, created } from '../announce/fixture.ts'
import { cutOffEverywhere } from '../cut-off.ts'
import { inAnyOrder } from '../in-any-order.ts'
import type { Around } from '../registry/registry.ts'
import { deleted, type Withdrawals, withdrawals } from './fixture.ts'

async function announced(around: Around): Promise<Withdrawals> {
  const fixture = await withdrawals(around)
  await fixture.announce(created('event-1'))
  await fixture.finish()
  return fixture
}

test('a withdrawal that was cut off anywhere, and comes again, has begun one run', async () => {
  const operations = await cutOffEverywhere({
    prepare: announced,
    act: ({ withdraw }) => withdraw(deleted('event-2')),
    async assess({ golem, isSeen, states }, where) {
      expect(await golem(), where).toMatchObject({ status: 'DELETING', generation: 2, runs: 2 })
      expect([...states.executions.keys()], where).toEqual(['golem-1', 'golem-2'])
      expect(await isSeen('event-2'), where).toBe(true)
    },
  })

  expect(operations).toContain('StartExecution')
})

describe('at the same time, in whatever order the calls come', () => {
  test('the later of two words wins: it was created anew', () =>
    inAnyOrder({
      prepare: announced,
      act: ({ announce, withdraw }) => [
        withdraw(deleted('event-2')),
        announce(created('event-3', {}, { time: at(70) })),
      ],
      async assess({ golem, finish }) {
        const record = await golem()
        if (record.status === 'DELETING') await finish()
        const { status, removal } = await golem()
        expect(removal).toBeUndefined()
        expect(['ANNOUNCED', 'READY']).toContain(status)
      },
    }))

  test('the later of two words wins: it was deleted', () =>
    inAnyOrder({
      prepare: announced,
      act: ({ announce, withdraw }) => [
        announce(created('event-2', { tags: { team: 'rocket' } }, { time: at(50) })),
        withdraw(deleted('event-3')),
      ],
      async assess({ golem, finish }) {
        expect(await golem()).toMatchObject({
          status: 'DELETING',
          run: { workflow: 'deprovision', state: 'STARTED' },
        })
        await finish()
        expect(await golem()).toMatchObject({ status: 'DELETED' })
      },
    }))

  test('a first announcement and the deletion that was sent after it leave a cluster that goes', () =>
    inAnyOrder({
      prepare: (around) => withdrawals(around),
      act: ({ announce, withdraw }) => [
        announce(created('event-1')),
        withdraw(deleted('event-2')).catch((error: unknown) => {
          expect(error).toMatchObject({ name: 'ClusterNotFound' })
        }),
      ],
      async assess({ golem }) {
        expect(await golem()).toMatchObject({
          status: 'DELETING',
          run: { workflow: 'deprovision', state: 'STARTED' },
        })
      },
    }))

  test('the end of a run and a deletion leave a cluster that goes', () =>
    inAnyOrder({
      prepare: async (around) => {
        const fixture = await withdrawals(around)
        await fixture.announce(created('event-1'))
        return fixture
      },
      act: ({ finish, withdraw }) => [finish(), withdraw(deleted('event-2'))],
      async assess({ golem }) {
        expect(await golem()).toMatchObject({ status: 'DELETING', run: { workflow: 'deprovision' } })
      },
    }))

  test('the end of a removal and an announcement leave a cluster that is made', () =>
    inAnyOrder({
      prepare: async (around) => {
        const fixture = await announced(around)
        await fixture.withdraw(deleted('event-2'))
        return fixture
      },
      act: ({ finish, announce }) => [finish(), announce(created('event-3', {}, { time: at(70) }))],
      async assess({ golem }) {
        expect(await golem()).toMatchObject({
          status: 'ANNOUNCED',
          run: { workflow: 'provision', state: 'STARTED' },
        })
      },
    }))
})
