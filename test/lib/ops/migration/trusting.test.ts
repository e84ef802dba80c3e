import { describe, expect, test } from 'vitest'
import { ClusterIsCompanion } from '../../../../lib/errors.ts'
import { shareKeys } from '../../../../lib/migrate.ts'
import { type ClusterRecord, changeCluster } from '../../../../lib/registry/cluster-record.ts'
import { requireLivingCluster } from '../../../../lib/registry/role-change.ts'
import { readTrusted } from '../../../../lib/registry/subject-clusters.ts'
import { putCluster } from '../../registry/registry.ts'
import { clusterRecord } from '../fixture.ts'
import { GOLEM, trusting, withIssuer } from './fixture.ts'

describe('while both are trusted', () => {
  const KEY = { namespace: 'default', serviceAccount: 'reader' }

  test('a role of either cluster has every subject on the one that migrates twice', async () => {
    const { table, golem } = await trusting()
    const gaia = withIssuer(clusterRecord('gaia'), 'gaia.gigantic.io')
    await putCluster(table, gaia)
    const subjects = [{ cluster: 'golem', namespace: 'shop', serviceAccount: 'cart' }]

    const own = await readTrusted(table, await golem(), KEY, {})
    const others = await readTrusted(table, gaia, KEY, { subjects })

    expect(own.companions).toEqual([{ ...KEY, cluster: 'clay' }])
    expect(others.companions).toEqual([{ cluster: 'clay', namespace: 'shop', serviceAccount: 'cart' }])
    expect([...others.records.keys()].toSorted()).toEqual(['clay', 'golem'])
  })

  test('and never once it ends, or while the other issuer is not there', async () => {
    const { table, golem } = await trusting()
    const home = await golem()
    const trusted = async (record: ClusterRecord) => (await readTrusted(table, record, KEY, {})).companions

    for (const phase of ['FINISHING', 'ABORTING'] as const)
      expect(await trusted({ ...home, migration: { to: 'clay', startedAt: '', phase } })).toEqual([])
    expect(await trusted({ ...home, status: 'DELETING' })).toEqual([])
    await changeCluster(table, 'clay', (known) => known && { ...known, status: 'ANNOUNCED' })
    expect(await trusted(home)).toEqual([])
  })

  test('keys are the same at both, with the times of each', async () => {
    const { table, migrating, golem, clay } = await trusting()
    const [key] = GOLEM.keys
    if (key === undefined) throw new Error('The example has a key.')
    const added = { ...key, kid: 'added' }
    const times = (firstPublished: string) => [{ kid: key.kid, firstPublished }]
    await changeCluster(
      table,
      'clay',
      (known) => known && { ...known, keyTimes: times('2026-01-30T00:00:00.000Z') },
    )
    await changeCluster(
      table,
      'golem',
      (known) =>
        known && {
          ...known,
          keys: [key, added],
          keyTimes: [
            ...times('2025-01-01T00:00:00.000Z'),
            { kid: 'added', lastListed: '2026-01-31T12:00:00.000Z' },
          ],
        },
    )

    await shareKeys(migrating, 'golem')
    const shared = await clay()
    await shareKeys(migrating, 'golem')

    expect(shared).toMatchObject({
      keys: (await golem()).keys,
      keyTimes: [
        { kid: key.kid, firstPublished: '2026-01-30T00:00:00.000Z' },
        { kid: 'added', lastListed: '2026-01-31T12:00:00.000Z' },
      ],
      generation: 3,
      run: { state: 'STARTED' },
    })
    expect(await clay()).toEqual(shared)
  })

  test('no role is asked for in the companion', async () => {
    const { table } = await trusting()

    await expect(requireLivingCluster(table, 'clay')).rejects.toThrow(ClusterIsCompanion)
  })
})
