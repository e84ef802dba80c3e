import { describe, expect, test } from 'vitest'
import { trackRun } from '../../../../cli/start/run-progress.ts'
import { STEPS } from '../../../../lib/steps.ts'
import { entered, historyOf, lambdaFailed, outcomes, pending, STARTED, WHOLE } from './fixture.ts'

describe('a run that ends well', () => {
  test('does every step, and each took from its first state to the next step’s', async () => {
    const { ends, durations } = await outcomes(WHOLE)

    expect([...ends]).toEqual(STEPS.map((step) => [step, 'done']))
    expect(durations).toEqual({
      bucket: 2000,
      certificate: 2000,
      distribution: 2000,
      alias: 2000,
      'issuer-check': 2000,
      provider: 3000,
      roles: 7000,
    })
  })

  test('counts retries and waits of a step to it', async () => {
    const { durations } = await outcomes([
      STARTED,
      entered('Bucket'),
      { type: 'LambdaFunctionScheduled' },
      {
        type: 'LambdaFunctionFailed',
        lambdaFunctionFailedEventDetails: lambdaFailed('Throttled', 'slow down'),
      },
      { type: 'LambdaFunctionScheduled' },
      entered('BucketReady?', { status: 'pending', reason: 'not visible yet' }),
      entered('WaitForBucket', { status: 'pending', reason: 'not visible yet' }),
      entered('Bucket', { status: 'pending', reason: 'not visible yet' }),
      entered('BucketReady?', { status: 'ready' }),
      ...WHOLE.slice(3),
    ])

    expect(durations).toMatchObject({ bucket: 8000, certificate: 2000 })
  })
})

describe('who follows a step', () => {
  test('hears what it waits for, and nothing of what others wait for', async () => {
    const told: [string, string][] = []
    const tell = (step: string) => (reason: string) => void told.push([step, reason])
    const progress = trackRun(
      historyOf([
        STARTED,
        entered('Bucket'),
        entered('Certificate'),
        pending('CertificateReady?', 'ACM validates it'),
        pending('WaitForCertificate', 'ACM validates it'),
        pending('Certificate', 'ACM validates it'),
        entered('CertificateReady?', { status: 'ready', reason: 'no reason' }),
        entered('Distribution', { status: 'ready' }),
        pending('DistributionReady?', 'CloudFront deploys it'),
        ...WHOLE.slice(7),
      ]),
    )

    await Promise.all(STEPS.map((step) => progress.follow(step, tell(step))))

    expect(told).toEqual([
      ['certificate', 'ACM validates it'],
      ['certificate', 'ACM validates it'],
      ['certificate', 'ACM validates it'],
      ['distribution', 'CloudFront deploys it'],
    ])
  })

  test('hears of its end though it begins to follow when all is over', async () => {
    const progress = trackRun(historyOf(WHOLE))
    await progress.follow('roles', () => undefined)

    await expect(progress.follow('bucket', () => undefined)).resolves.toBeUndefined()
  })

  test('goes on as soon as its step is done, while the run is under way', async () => {
    const { promise: never } = Promise.withResolvers<void>()
    async function* unfinished() {
      yield* historyOf([STARTED, entered('Bucket'), entered('Certificate')])
      await never
    }
    const progress = trackRun(unfinished())

    await expect(progress.follow('bucket', () => undefined)).resolves.toBeUndefined()

    expect(Object.keys(progress.durations())).toEqual(['bucket', 'certificate'])
  })
})
