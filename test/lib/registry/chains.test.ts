import { expect, test } from 'vitest'
import { chainOf, withChain } from '../../../lib/registry/chains.ts'
import type { ClusterRecord } from '../../../lib/registry/cluster-record.ts'
import { golemRecord } from './registry.ts'

const { desired, keys } = golemRecord()

const FULL: ClusterRecord = golemRecord({
  keyTimes: [{ kid: 'a' }],
  publishedKids: ['a'],
  adopted: { bucket: 'theirs', audiences: [], arns: ['arn:aws:s3:::theirs'], changeId: 'c' },
  outputs: { certificate: { certificateArn: 'c', notAfter: '2027-01-31T12:00:00.000Z' } },
  hints: { alias: { changeId: 'C1' } },
})

const { baseDomain: _, ...elsewhere } = desired
const EXTERNAL: ClusterRecord = golemRecord({
  desired: {
    ...elsewhere,
    cluster: 'clay',
    hosting: { type: 'external' },
    issuer: 'https://oidc.example.org/id',
  },
  keys: [],
})

test('two records that give each other what serves their issuers keep nothing of it, and nothing else changes hands', () => {
  const golem = withChain(FULL, chainOf(EXTERNAL))
  const clay = withChain(EXTERNAL, chainOf(FULL))

  expect(golem).toEqual({ ...EXTERNAL, desired: { ...EXTERNAL.desired, cluster: 'golem' }, hostedAs: 'clay' })
  expect(clay).toEqual({ ...FULL, desired: { ...desired, cluster: 'clay' }, hostedAs: 'golem', keys })
})

test('given back, each is as it was: its name is its own again', () => {
  const golem = withChain(FULL, chainOf(EXTERNAL))
  const clay = withChain(EXTERNAL, chainOf(FULL))

  expect(withChain(golem, chainOf(clay))).toEqual(FULL)
  expect(withChain(clay, chainOf(golem))).toEqual(EXTERNAL)
})
