import { describe, expect, test } from 'vitest'
import { announceDeprovisioned } from '../../lib/deprovisioned.ts'
import { aRun, golemRecord } from './registry/registry.ts'
import { aBus } from './settling.ts'

const GOING = golemRecord({
  ...aRun({ number: 2, workflow: 'deprovision' }),
  generation: 3,
  status: 'DELETING',
  removal: { force: false },
})

describe('announceDeprovisioned', () => {
  test('tells that nothing of the cluster is left', async () => {
    const { publisher, published } = aBus()

    await announceDeprovisioned(publisher, GOING, 2)

    expect(published()).toEqual([
      [
        'Cluster Deprovisioned',
        {
          cluster: 'golem',
          accountId: '000000000000',
          issuer: 'https://irsa.golem.gigantic.io',
          generation: 3,
          run: 2,
        },
      ],
    ])
  })

  test('tells what an operator left behind, and only if there is any', async () => {
    const abandoned = { reason: 'closed', at: '2026-01-31T12:00:00.000Z', accounts: ['111122223333'] }
    const { publisher, published } = aBus()
    const tell = (accounts: string[]) =>
      announceDeprovisioned(publisher, { ...GOING, abandoned: { ...abandoned, accounts } }, 2)

    await tell(abandoned.accounts)
    await tell([])

    const [left, none] = published().map(([, detail]) => detail)
    expect(left).toMatchObject({ abandoned: { reason: 'closed', accounts: ['111122223333'] } })
    expect(none).not.toHaveProperty('abandoned')
  })

  test.each([
    ['of a run that provisions', { ...GOING, ...aRun({ number: 2 }) }, 2],
    ['of a run that another one has taken over', GOING, 1],
  ])('tells nothing at the end %s', async (_, record, run) => {
    const { publisher, published } = aBus()

    await announceDeprovisioned(publisher, record, run)

    expect(published()).toEqual([])
  })
})
