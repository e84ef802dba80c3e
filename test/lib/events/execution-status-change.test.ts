import { describe, expect, test } from 'vitest'
import { InvalidInput } from '../../../lib/errors.ts'
import { parseExecutionStatusChange } from '../../../lib/events/execution-status-change.ts'
import { executionName } from '../../../lib/runs.ts'

/** As Step Functions puts it on the default bus. */
function statusChange(name: unknown) {
  return {
    version: '0',
    id: '315c1398-40ff-a850-213b-158f73e60175',
    'detail-type': 'Step Functions Execution Status Change',
    source: 'aws.states',
    account: '000000000000',
    time: '2026-01-31T12:00:00Z',
    region: 'eu-central-1',
    resources: [`arn:aws:states:eu-central-1:000000000000:execution:irsa-dev-provision-cluster:${name}`],
    detail: { name, status: 'FAILED', startDate: 1769860800000, stopDate: 1769860805000, input: '{}' },
  }
}

describe('parseExecutionStatusChange', () => {
  test.each([
    ['golem', 1],
    ['golem', 120],
    ['my-cluster-12', 3],
    ['a', 7],
  ])('reads the cluster %s of its run %i', (cluster, run) => {
    const execution = executionName(cluster, run)

    expect(parseExecutionStatusChange(statusChange(execution))).toEqual({ cluster, execution })
  })

  test.each(['by-hand', 'golem', '1', 'golem-1-', 'golem-1a', '-1', ''])(
    'knows no cluster of the execution "%s", which somebody else named',
    (name) => {
      expect(parseExecutionStatusChange(statusChange(name))).toBeUndefined()
    },
  )

  test.each([
    ['nothing', undefined],
    ['a text', 'golem-1'],
    ['an event without detail', {}],
    ['an execution without a name', { detail: { status: 'FAILED' } }],
    ['a name that is a number', statusChange(1)],
  ])('refuses %s', (_, event) => {
    expect(() => parseExecutionStatusChange(event)).toThrow(InvalidInput)
  })
})
