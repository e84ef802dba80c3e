import { describe, expect, test } from 'vitest'
import { ClusterNotFound, ConcurrentChange } from '../../../lib/errors.ts'
import {
  type ClusterRecord,
  changeCluster,
  changeClusterFrom,
  clusterOf,
  listClusterNames,
  listClusters,
  readCluster,
  requireCluster,
  withHint,
} from '../../../lib/registry/cluster-record.ts'
import { queryByState, type Table } from '../../../lib/registry/table.ts'
import { refusal } from '../aws/sdk.ts'
import { aRun, aTable, aTableWith, golemRecord, itemsOf, putCluster } from './registry.ts'

const FULL: ClusterRecord = golemRecord({
  ...aRun({ state: 'FAILED' }),
  status: 'ISSUER_READY',
  outputs: {
    bucket: { bucket: 'b', region: 'eu-central-1', domainName: 'b.s3.amazonaws.com', kids: ['a'] },
    certificate: { certificateArn: 'c', notAfter: '2027-01-31T12:00:00.000Z' },
    distribution: { distributionId: 'E1', distributionArn: 'd', domainName: 'd1.cloudfront.net' },
    alias: { recordName: 'irsa.golem.gigantic.io', hostedZoneId: 'Z1', domainName: 'd1.cloudfront.net' },
    'issuer-check': { issuer: 'https://irsa.golem.gigantic.io', kids: ['k'] },
    provider: { providerArn: 'p', audiences: ['sts.amazonaws.com'] },
  },
  hints: { alias: { changeId: 'C1' } },
  lastError: {
    step: 'alias',
    error: 'RecordTaken',
    message: 'taken',
    remedy: 'Remove it.',
    at: '2026-01-31T12:00:00.000Z',
    redriveCount: 1,
  },
})

describe('readCluster', () => {
  test('reads what was written, and nothing of how it is stored', async () => {
    const table = await aTableWith(FULL)

    expect(await readCluster(table, 'golem')).toEqual({ ...FULL, revision: 1 })
  })

  test('is undefined for a cluster that was never announced', async () => {
    expect(await readCluster(await aTable(), 'golem')).toBeUndefined()
  })
})

describe('requireCluster', () => {
  test('throws ClusterNotFound for a cluster that was never announced', async () => {
    await expect(requireCluster(await aTable(), 'golem')).rejects.toThrow(ClusterNotFound)
  })
})

describe('changeCluster', () => {
  test('writes the change, raises the revision, and returns what is there now', async () => {
    const table = await aTableWith(golemRecord())

    const changed = await changeCluster(table, 'golem', (record) => record && { ...record, generation: 2 })

    expect(changed).toEqual(golemRecord({ generation: 2, revision: 2 }))
    expect(await readCluster(table, 'golem')).toEqual(changed)
  })

  test('writes nothing when the change returns what it was given', async () => {
    const table = await aTableWith(golemRecord())
    const before = await itemsOf(table)

    const record = await changeCluster(table, 'golem', (known) => known)

    expect(record).toEqual(golemRecord({ revision: 1 }))
    expect(await itemsOf(table)).toEqual(before)
  })

  test('writes nothing when the change comes to the same', async () => {
    const table = await aTableWith(FULL)
    const before = await itemsOf(table)

    const record = await changeCluster(table, 'golem', (known) => structuredClone(known))

    expect(record).toEqual({ ...FULL, revision: 1 })
    expect(await itemsOf(table)).toEqual(before)
  })

  test('writes nothing for an unknown cluster that is left unknown', async () => {
    const table = await aTable()

    expect(await changeCluster(table, 'golem', () => undefined)).toBeUndefined()
    expect(await itemsOf(table)).toEqual([])
  })

  test('throws what the change throws, and writes nothing', async () => {
    const table = await aTableWith(golemRecord())
    const before = await itemsOf(table)
    const change = () => {
      throw new ClusterNotFound('golem')
    }

    await expect(changeCluster(table, 'golem', change)).rejects.toThrow(ClusterNotFound)
    expect(await itemsOf(table)).toEqual(before)
  })

  test('is asked again on top of what somebody else wrote meanwhile', async () => {
    let others = 1
    const table = await aTable(async (call, operation) => {
      if (operation === 'PutItem' && others-- > 0) await putCluster(table, golemRecord({ generation: 10 }))
      return call()
    })
    const generations: (number | undefined)[] = []

    const changed = await changeCluster(table, 'golem', (record) => {
      generations.push(record?.generation)
      return { ...(record ?? golemRecord()), generation: (record?.generation ?? 0) + 1 }
    })

    expect(generations).toEqual([undefined, 10])
    expect(changed).toMatchObject({ generation: 11, revision: 2 })
    expect(await readCluster(table, 'golem')).toEqual(changed)
  })

  test('gives up with ConcurrentChange when others are always faster', async () => {
    let puts = 0
    const table = await aTable(async (call, operation) => {
      if (operation !== 'PutItem') return call()
      puts += 1
      throw refusal('ConditionalCheckFailedException')
    })

    await expect(changeCluster(table, 'golem', () => golemRecord())).rejects.toThrow(ConcurrentChange)
    expect(puts).toBe(8)
  })

  test('keeps every one of several changes at once', async () => {
    const table = await aTableWith(golemRecord())

    await Promise.all(Array.from({ length: 6 }, () => changeCluster(table, 'golem', raised)))

    expect(await readCluster(table, 'golem')).toMatchObject({ generation: 7, revision: 7 })
  })

  test('keeps both of two first announcements at once', async () => {
    const table = await aTable()

    await Promise.all([changeCluster(table, 'golem', raised), changeCluster(table, 'golem', raised)])

    expect(await readCluster(table, 'golem')).toMatchObject({ generation: 3, revision: 2 })
  })
})

describe('changeClusterFrom', () => {
  test('writes on top of what was read, without reading again', async () => {
    const operations: string[] = []
    const table = await aTableWith(golemRecord(), (call, operation) => {
      operations.push(operation)
      return call()
    })
    const read = await readCluster(table, 'golem')
    operations.length = 0

    const changed = await changeClusterFrom(table, 'golem', read, raised)

    expect(changed).toEqual(golemRecord({ generation: 2, revision: 2 }))
    expect(operations).toEqual(['PutItem'])
    expect(await readCluster(table, 'golem')).toEqual(changed)
  })

  test('is asked again on top of what somebody else wrote since it was read', async () => {
    const table = await aTableWith(golemRecord())
    const read = await readCluster(table, 'golem')
    await putCluster(table, golemRecord({ generation: 10 }))

    const changed = await changeClusterFrom(table, 'golem', read, raised)

    expect(changed).toMatchObject({ generation: 11 })
    expect(await readCluster(table, 'golem')).toEqual(changed)
  })

  test('does not write over a cluster that was announced since it was not there', async () => {
    const table = await aTable()
    await putCluster(table, golemRecord({ generation: 10 }))

    expect(await changeClusterFrom(table, 'golem', undefined, raised)).toMatchObject({ generation: 11 })
  })
})

test('every cluster is listed once, by name, whether or not a run works on it', async () => {
  const table = await aTableWith(golemRecord(aRun()))
  const { desired, ...record } = golemRecord()
  for (const cluster of ['troll', 'dwarf'])
    await changeCluster(table, cluster, () => ({ ...record, desired: { ...desired, cluster } }))

  expect(await listClusterNames(table)).toEqual(['dwarf', 'golem', 'troll'])
})

describe('the index', () => {
  test.each(['RECORDED', 'STARTED', 'FAILED'] as const)('has a cluster whose run is %s', async (state) => {
    const table = await aTableWith(golemRecord(aRun({ state })))

    expect(await keysIn(table, `RUN_${state}`)).toEqual(['CLUSTER#golem'])
  })

  test('has a cluster whose run has ended apart from those that have one', async () => {
    const table = await aTableWith(golemRecord(aRun()))

    await changeCluster(table, 'golem', (record) => {
      const { run: _, ...ended } = record ?? golemRecord()
      return ended
    })

    expect(await keysIn(table, 'RUN_STARTED')).toEqual([])
    expect(await keysIn(table, 'RUN_NONE')).toEqual(['CLUSTER#golem'])
  })

  test('is found by keys that are listed no longer, while no run works on it and it does not go', async () => {
    const keyTimes = [{ kid: 'a', retireAfter: '2026-02-01T13:00:00.000Z' }]
    const table = await aTableWith(golemRecord({ keyTimes }))
    expect(await keysIn(table, 'KEYS_RETIRING')).toEqual(['CLUSTER#golem'])
    expect(await listClusterNames(table)).toEqual(['golem'])

    await changeCluster(table, 'golem', (record) => record && { ...record, ...aRun() })
    expect(await keysIn(table, 'KEYS_RETIRING')).toEqual([])
    await changeCluster(table, 'golem', () => ({
      ...golemRecord({ keyTimes, status: 'DELETED' }),
      revision: 2,
    }))

    expect(await keysIn(table, 'KEYS_RETIRING')).toEqual([])
  })

  test('lists the oldest event first', async () => {
    const table = await aTable()
    for (const [cluster, time] of [
      ['b', '2026-01-31T12:00:01.000Z'],
      ['c', '2026-01-31T12:00:02.000Z'],
      ['a', '2026-01-31T12:00:03.000Z'],
    ] as const) {
      const { desired } = golemRecord()
      const lastEvent = { id: 'event-1', time }
      await putCluster(table, golemRecord({ ...aRun(), desired: { ...desired, cluster }, lastEvent }))
    }

    expect(await keysIn(table, 'RUN_STARTED')).toEqual(['CLUSTER#b', 'CLUSTER#c', 'CLUSTER#a'])
  })
})

describe('listClusters', () => {
  test('has every cluster once, those that a run works on first', async () => {
    const table = await aTable()
    for (const [cluster, state] of [['a'], ['b', 'FAILED'], ['c', 'STARTED'], ['d', 'RECORDED']] as const) {
      const { desired } = golemRecord()
      const run = state === undefined ? {} : aRun({ state })
      await putCluster(table, golemRecord({ ...run, desired: { ...desired, cluster } }))
    }

    const clusters: string[] = []
    for await (const { desired } of listClusters(table)) clusters.push(desired.cluster)

    expect(clusters).toEqual(['d', 'c', 'b', 'a'])
  })
})

describe('clusterOf', () => {
  test('gives a step what is desired, the keys, all outputs, its own hint and when the run began', () => {
    const { desired, keys, outputs } = FULL
    const runStartedAt = '2026-01-31T12:00:00.000Z'

    expect(clusterOf(FULL, 'alias', runStartedAt)).toEqual({
      ...desired,
      keys,
      outputs,
      hint: { changeId: 'C1' },
      runStartedAt,
    })
    expect(clusterOf(FULL, 'certificate', runStartedAt).hint).toBeUndefined()
  })
})

describe('withHint', () => {
  test('writes a step’s hint and leaves the others', () => {
    expect(withHint(FULL, 'certificate', { token: 'T' }).hints).toEqual({
      alias: { changeId: 'C1' },
      certificate: { token: 'T' },
    })
    expect(withHint(FULL, 'alias', { changeId: 'C2' }).hints).toEqual({ alias: { changeId: 'C2' } })
  })

  test('takes it away when nothing is under way any more', () => {
    expect(withHint(FULL, 'alias', undefined).hints).toEqual({})
    expect(withHint(FULL, 'certificate', undefined).hints).toEqual({ alias: { changeId: 'C1' } })
  })
})

function raised(record: ClusterRecord | undefined): ClusterRecord {
  const known = record ?? golemRecord()
  return { ...known, generation: known.generation + 1 }
}

async function keysIn(table: Table, state: string): Promise<unknown[]> {
  const keys: unknown[] = []
  for await (const { pk } of queryByState(table, state)) keys.push(pk)
  return keys
}
