import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { InvalidInput } from '../../../lib/errors.ts'
import { parseClusterDeleted } from '../../../lib/events/cluster-deleted.ts'
import { anEvent } from './event.ts'

function parsed(detail: unknown) {
  return parseClusterDeleted(anEvent('Cluster Deleted', detail))
}

describe('parseClusterDeleted', () => {
  test('takes the example, without force', () => {
    expect(parsed(JSON.parse(readFileSync('examples/cluster-deleted.json', 'utf8')))).toMatchObject({
      envelope: { account: '111122223333' },
      cluster: 'golem',
      force: false,
    })
  })

  test('takes force', () => {
    expect(parsed({ cluster: 'golem', force: true }).force).toBe(true)
  })

  test.each([
    ['no cluster', {}],
    ['force as text', { cluster: 'golem', force: 'true' }],
    ['what it does not know', { cluster: 'golem', forced: true }],
  ])('refuses %s', (_, detail) => {
    expect(() => parsed(detail)).toThrow(InvalidInput)
  })
})
