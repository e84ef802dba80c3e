import { expect, test } from 'vitest'
import { AdoptionRefused } from '../../../../lib/errors.ts'
import { adopted } from '../../../../lib/ops/adoption/record.ts'
import { golemRecord } from '../../registry/registry.ts'

const NOW = new Date('2026-01-31T12:30:00.000Z')
const LOOK = { things: [], left: [], obstacles: [], adopted: { audiences: [] }, keys: [] }

test.each([
  ['has begun to migrate', { migration: { to: 'clay', startedAt: '', phase: 'TRUSTING' as const } }],
  ['is there for a migration', { companionOf: 'clay' }],
])('a cluster that %s since the look takes nothing over', (_, changes) => {
  expect(() => adopted(golemRecord(changes), LOOK, 'change-1', NOW)).toThrow(AdoptionRefused)
})
