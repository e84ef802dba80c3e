import type { HistoryEvent } from '@aws-sdk/client-sfn'
import { describe, expect, test } from 'vitest'
import { RunFailed, trackRun } from '../../../../cli/start/run-progress.ts'
import { HostedZoneNotFound, QuotaExceeded, RolesIncomplete } from '../../../../lib/errors.ts'
import { STEPS } from '../../../../lib/steps.ts'
import { stateMachines } from '../../../workflow-files.ts'
import { entered, historyOf, lambdaFailed, outcomes, STARTED, SUCCEEDED, WHOLE } from './fixture.ts'

describe('a run that fails', () => {
  const before = WHOLE.slice(0, 3)

  test('leaves what was done done, and rejects the step where it failed and all after it', async () => {
    const { ends } = await outcomes([
      ...before,
      entered('Certificate'),
      {
        type: 'ExecutionFailed',
        executionFailedEventDetails: lambdaFailed('HostedZoneNotFound', 'No zone covers "x".\n'),
      },
    ])

    expect(ends.get('bucket')).toBe('done')
    for (const step of STEPS.slice(1)) expect(ends.get(step)).toBeInstanceOf(RunFailed)
    expect(ends.get('certificate')).toMatchObject({
      name: 'RunFailed',
      message: 'HostedZoneNotFound: No zone covers "x".\n',
    })
  })

  test.each<[string, Partial<HistoryEvent>, string]>([
    [
      'with a cause that was cut off',
      {
        type: 'ExecutionFailed',
        executionFailedEventDetails: { error: 'A', cause: '{"errorMessage":"it \\"broke\\"","trace":["a' },
      },
      'A: it "broke"',
    ],
    [
      'with a cause that is a text',
      {
        type: 'ExecutionFailed',
        executionFailedEventDetails: {
          error: 'States.Runtime',
          cause: 'The JSONPath $.a could not be found',
        },
      },
      'States.Runtime: The JSONPath $.a could not be found',
    ],
    [
      'because somebody aborted it',
      { type: 'ExecutionAborted', executionAbortedEventDetails: { cause: 'by hand' } },
      'ExecutionAborted: by hand',
    ],
    ['without a word', { type: 'ExecutionTimedOut' }, 'ExecutionTimedOut: '],
  ])('says why: %s', async (_, event, message) => {
    const { ends } = await outcomes([...before, event])

    expect(ends.get('bucket')).toMatchObject({ name: 'RunFailed', message })
  })

  test.each([
    ['by the error’s name', 'HostedZoneNotFound', 'no', HostedZoneNotFound.remedy],
    ['by Step Functions’ own name', 'States.Runtime', 'no', 'deploy again'],
    ['where to look when nobody knows the error', 'Strange', 'no', 'the logs of its functions'],
    ['how a quota is raised', 'QuotaExceeded', 'no', QuotaExceeded.remedy],
    ['how a quota is raised', 'QuotaExceeded', 'no', '--quota iam:roles=N'],
    ['how that of the roles is', 'RolesIncomplete', 'a/b: QuotaExceeded: 1000', RolesIncomplete.remedy],
    ['how that of the roles is', 'RolesIncomplete', 'a/b: QuotaExceeded: 1000', '--quota iam:roles=N'],
  ])('says what to do: %s', async (_, error, message, remedy) => {
    const failed = {
      type: 'ExecutionFailed',
      executionFailedEventDetails: lambdaFailed(error, message),
    } as const
    const { ends } = await outcomes([...before, failed])

    expect(ends.get('roles')).toMatchObject({ remedy: expect.stringContaining(remedy) })
  })

  test('and is redriven goes on from where it failed', async () => {
    const { ends, durations } = await outcomes([
      ...before,
      entered('Certificate'),
      { type: 'ExecutionFailed', executionFailedEventDetails: lambdaFailed('HostedZoneNotFound', 'no') },
      { type: 'ExecutionRedriven', executionRedrivenEventDetails: { redriveCount: 1 } },
      { type: 'LambdaFunctionScheduled' },
      entered('CertificateReady?', { status: 'ready' }),
      ...WHOLE.slice(5),
    ])

    expect([...ends]).toEqual(STEPS.map((step) => [step, 'done']))
    expect(durations).toMatchObject({ certificate: 5000 })
  })

  test('is no reason for who does not follow it to fail', async () => {
    const progress = trackRun(historyOf([STARTED, { type: 'ExecutionFailed' }]))

    await expect(progress.follow('roles', () => undefined)).rejects.toThrow(RunFailed)
  })
})

describe('a run that ends before its steps', () => {
  test('because another one has taken over rejects what was not done', async () => {
    const { ends } = await outcomes([
      ...WHOLE.slice(0, 3),
      entered('Certificate'),
      entered('CertificateReady?', { status: 'superseded' }),
      { type: 'SucceedStateEntered', ...entered('Superseded', { status: 'superseded' }) },
      SUCCEEDED,
    ])

    expect(ends.get('bucket')).toBe('done')
    for (const step of STEPS.slice(1)) expect(ends.get(step)).toBeInstanceOf(RunFailed)
  })

  test('is known by the state that the workflow ends in then', () => {
    expect(stateMachines()['provision-cluster.yml']?.States.Superseded?.Type).toBe('Succeed')
  })

  test('because its history breaks off rejects it too', async () => {
    const { ends } = await outcomes([STARTED, entered('Bucket')])

    for (const step of STEPS) expect(ends.get(step)).toBeInstanceOf(RunFailed)
  })

  test('because it cannot be read rejects it with that error', async () => {
    const error = new Error('no answer')
    async function* broken(): AsyncGenerator<HistoryEvent> {
      yield* historyOf([STARTED])
      throw error
    }

    await expect(trackRun(broken()).follow('alias', () => undefined)).rejects.toBe(error)
  })
})
