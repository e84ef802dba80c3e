import type { HistoryEvent } from '@aws-sdk/client-sfn'
import { describe, expect, test } from 'vitest'
import { storyOf } from '../../../lib/ops/execution-story.ts'

type Given = Omit<HistoryEvent, 'id' | 'timestamp'> & { readonly after?: number }

/** One a second, each after the one before unless it says after which. */
function history(...events: readonly Given[]): HistoryEvent[] {
  return events.map(({ after, ...event }, index) => ({
    ...event,
    id: index + 1,
    previousEventId: after ?? index,
    timestamp: new Date(Date.UTC(2026, 0, 31, 12, 0, index)),
  }))
}

function entered(name: string, input: object = {}, type: HistoryEvent['type'] = 'TaskStateEntered'): Given {
  return { type, stateEnteredEventDetails: { name, input: JSON.stringify(input) } }
}

function failed(error: string, errorMessage: string): Given {
  const cause = JSON.stringify({ errorType: error, errorMessage, trace: [] })
  return { type: 'LambdaFunctionFailed', lambdaFunctionFailedEventDetails: { error, cause } }
}

const at = (second: number) => new Date(Date.UTC(2026, 0, 31, 12, 0, second)).toISOString()

describe('storyOf', () => {
  test('tells a step with its choices and waits as one, with what it waits for', () => {
    const pending = { status: 'pending', reason: 'ACM validates it' }

    const story = storyOf(
      history(
        { type: 'ExecutionStarted' },
        entered('Bucket', { cluster: 'golem' }),
        entered('BucketReady?', { status: 'ready' }, 'ChoiceStateEntered'),
        entered('Certificate', { status: 'ready' }),
        entered('CertificateReady?', pending, 'ChoiceStateEntered'),
        entered('WaitForCertificate', pending, 'WaitStateEntered'),
        entered('Certificate', pending),
      ),
    )

    expect(story).toEqual([
      {
        step: 'bucket',
        outcome: 'ended',
        redrives: 0,
        startedAt: at(1),
        endedAt: at(3),
        attempts: 1,
        input: { cluster: 'golem' },
        reason: undefined,
        errors: [],
      },
      {
        step: 'certificate',
        outcome: 'under-way',
        redrives: 0,
        startedAt: at(3),
        endedAt: undefined,
        attempts: 2,
        input: pending,
        reason: 'ACM validates it',
        errors: [],
      },
    ])
  })

  test('tells every error of a step, the retried ones too, and where the execution stopped', () => {
    const story = storyOf(
      history(entered('Alias'), failed('Throttled', 'too fast'), failed('RecordTaken', 'It exists.'), {
        type: 'ExecutionFailed',
        executionFailedEventDetails: { error: 'RecordTaken', cause: '{"errorMessage":"It exists."}' },
      }),
    )

    expect(story).toMatchObject([
      {
        step: 'alias',
        outcome: 'failed',
        endedAt: at(3),
        errors: [
          { at: at(1), error: 'Throttled', message: 'too fast' },
          { at: at(2), error: 'RecordTaken', message: 'It exists.' },
        ],
      },
    ])
  })

  test('goes on with a step that was redriven', () => {
    const story = storyOf(
      history(
        entered('Alias'),
        failed('RecordTaken', 'It exists.'),
        { type: 'ExecutionFailed', executionFailedEventDetails: { error: 'RecordTaken' } },
        { type: 'ExecutionRedriven', executionRedrivenEventDetails: { redriveCount: 1 } },
        { type: 'LambdaFunctionScheduled' },
        entered('AliasReady?', {}, 'ChoiceStateEntered'),
        entered('FinishRun'),
        { type: 'ExecutionSucceeded' },
      ),
    )

    expect(story).toMatchObject([
      { step: 'alias', outcome: 'ended', redrives: 1, attempts: 2, endedAt: at(6) },
      { step: 'FinishRun', outcome: 'ended', endedAt: at(7), attempts: 1 },
    ])
  })

  test('tells iterations of a Map, which mix, as their own step', () => {
    const story = storyOf(
      history(
        entered('SettleRoles', {}, 'MapStateEntered'),
        { type: 'MapStateStarted' },
        { type: 'MapIterationStarted', after: 2 },
        { ...entered('SettleBatch', { batch: 1 }), after: 3 },
        { type: 'MapIterationStarted', after: 2 },
        { ...entered('SettleBatch', { batch: 2 }), after: 5 },
        { ...failed('Throttled', 'too fast'), after: 4 },
        entered('ListRoles'),
      ),
    )

    expect(story).toMatchObject([{ step: 'roles', attempts: 3, errors: [{ error: 'Throttled' }] }])
  })
})
