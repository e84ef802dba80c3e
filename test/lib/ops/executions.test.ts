import { GetExecutionHistoryCommand, ListExecutionsCommand } from '@aws-sdk/client-sfn'
import { describe, expect, test } from 'vitest'
import { RecordTaken } from '../../../lib/errors.ts'
import {
  type ExecutionSummary,
  explainFailures,
  listExecutions,
  requireExecution,
} from '../../../lib/ops/executions.ts'
import { historyOf } from '../failed-run/fixture.ts'
import { FAILED, inputOf } from '../step-functions.ts'
import { opsFixture } from './fixture.ts'

async function someExecutions() {
  const fixture = await opsFixture([])
  const { states } = fixture
  states.put('golem-1', { ...FAILED, input: inputOf(1) })
  states.put('golem-2', { input: inputOf(2), status: 'SUCCEEDED' })
  states.put('golem-3', { input: inputOf(3) })
  states.put('role-a', {
    ...FAILED,
    input: JSON.stringify({ cluster: 'golem', namespace: 'default', serviceAccount: 'reader', version: 1 }),
  })
  states.sfn.on(GetExecutionHistoryCommand).resolves({ events: historyOf(['Bucket', 'Alias']) })
  return fixture
}

describe('listExecutions', () => {
  test.each([
    ['of every workflow, the newest first', {}, 9, ['role-a', 'golem-3', 'golem-2', 'golem-1']],
    ['only those that failed', { failed: true }, 9, ['role-a', 'golem-1']],
    ['no more than asked for', {}, 2, ['role-a', 'golem-3']],
    [
      'what was under way then',
      { since: new Date('2026-01-31T13:01:00Z') },
      9,
      ['role-a', 'golem-3', 'golem-2'],
    ],
  ] as const)('lists %s', async (_, filter, limit, names) => {
    const { workflows } = await someExecutions()

    const executions = await listExecutions(workflows, filter, limit)

    expect(executions.map(({ name }) => name)).toEqual(names)
  })
})

test('listExecutions goes on where it ended, whatever began in the same moment', async () => {
  const { workflows, states } = await someExecutions()
  states.sfn.on(ListExecutionsCommand).callsFake(({ stateMachineArn }) => ({
    executions: ['b', 'c', 'a', 'd'].map((name, index) => ({
      name,
      executionArn: `${stateMachineArn}:${name}`,
      stateMachineArn,
      status: 'RUNNING',
      startDate: new Date(Date.UTC(2026, 0, 31, 12, index === 3 ? 0 : 1)),
    })),
  }))
  const all = await listExecutions(workflows, {}, 100)

  const pages: string[] = []
  for (let after: ExecutionSummary | undefined; pages.length < all.length; ) {
    const page = await listExecutions(workflows, { after }, 2)
    pages.push(...page.map(({ arn }) => arn))
    after = page.at(-1)
  }

  expect(all).toHaveLength(8)
  expect(pages).toEqual(all.map(({ arn }) => arn))
})

test('explainFailures says where each stopped, why, and what to do', async () => {
  const { workflows } = await someExecutions()
  const failed = await listExecutions(workflows, {}, 9)

  const explained = await explainFailures(workflows, failed)

  const reason = { error: 'RecordTaken', message: 'The record exists.', remedy: RecordTaken.remedy }
  expect(explained.toSorted((one, other) => (one.name < other.name ? -1 : 1))).toMatchObject([
    { name: 'golem-1', cluster: 'golem', role: undefined, step: 'alias', ...reason },
    { name: 'role-a', role: { namespace: 'default', serviceAccount: 'reader' }, step: 'roles', ...reason },
  ])
})

test('requireExecution says when no workflow has it', async () => {
  const { workflows } = await someExecutions()

  expect(await requireExecution(workflows, 'golem-1')).toMatchObject({ status: 'FAILED' })
  await expect(requireExecution(workflows, 'golem-9')).rejects.toMatchObject({ name: 'ExecutionNotFound' })
})
