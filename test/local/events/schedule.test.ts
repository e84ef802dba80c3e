/** Facts from https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html */
import { describe, expect, test } from 'vitest'
import { ACCOUNT, eventsFixture, FUNCTION, REGION } from './fixture.ts'

const MINUTE = 60_000

async function scheduled(ScheduleExpression = 'rate(5 minutes)') {
  const fixture = eventsFixture()
  const putRule = (input: object = {}) =>
    fixture.run('PutRule', { Name: 'sweep', ScheduleExpression, ...input })
  await putRule()
  await fixture.run('PutTargets', { Rule: 'sweep', Targets: [{ Id: 'a', Arn: FUNCTION }] })
  return { ...fixture, putRule }
}

describe('a schedule', () => {
  test.each([
    ['rate(1 minute)', MINUTE],
    ['rate(5 minutes)', 5 * MINUTE],
    ['rate(1 hour)', 60 * MINUTE],
    ['rate(12 hours)', 12 * 60 * MINUTE],
    ['rate(1 day)', 24 * 60 * MINUTE],
    ['rate(30 days)', 30 * 24 * 60 * MINUTE],
  ])('%s runs every %d milliseconds', async (expression, period) => {
    const { clock, sent } = await scheduled(expression)

    await clock.pass(period - 1)
    expect(sent).toEqual([])
    await clock.pass(1)
    expect(sent).toHaveLength(1)
    await clock.pass(2 * period)
    expect(sent.map(({ at }) => at)).toEqual([period, 2 * period, 3 * period])
  })

  test('follows the real time, not the shortened one of AWS', async () => {
    const { clock } = await scheduled()

    expect(clock.asked()).toEqual([{ milliseconds: 5 * MINUTE, scaled: false }])
  })

  test('gives its targets an event of its own', async () => {
    const { clock, delivered } = await scheduled()

    await clock.pass(5 * MINUTE)

    expect(delivered()).toEqual([
      {
        version: '0',
        id: expect.any(String),
        'detail-type': 'Scheduled Event',
        source: 'aws.events',
        account: ACCOUNT,
        time: '2026-01-01T00:05:00Z',
        region: REGION,
        resources: [`arn:aws:events:${REGION}:${ACCOUNT}:rule/sweep`],
        detail: {},
      },
    ])
  })

  test.each([
    '',
    'rate(5)',
    'rate(0 minutes)',
    'rate(1 minutes)',
    'rate(5 minute)',
    'rate(1.5 hours)',
    'rate(-1 hours)',
    'rate(05 minutes)',
    'rate(5 seconds)',
    'rate(5 minutes',
    'Rate(5 minutes)',
    'every 5 minutes',
    'at(2026-01-01T00:00:00)',
  ])('%j is refused', async (ScheduleExpression) => {
    const { run } = eventsFixture()

    await expect(run('PutRule', { Name: 'a', ScheduleExpression })).rejects.toMatchObject({
      code: 'ValidationException',
    })
    expect(await run('ListRules', {})).toEqual({ Rules: [] })
  })

  test('as cron fails loudly', async () => {
    const { run } = eventsFixture()

    await expect(
      run('PutRule', { Name: 'a', ScheduleExpression: 'cron(0 12 * * ? *)' }),
    ).rejects.toMatchObject({ code: 'NotInLocalMode' })
  })
})

describe('a scheduled rule', () => {
  test('that is switched off does not run, and starts anew when it is switched on', async () => {
    const { clock, run, sent } = await scheduled()
    await clock.pass(3 * MINUTE)
    await run('DisableRule', { Name: 'sweep' })
    await clock.pass(60 * MINUTE)
    expect(sent).toEqual([])
    expect(clock.pendingTimers()).toBe(0)

    await run('EnableRule', { Name: 'sweep' })
    await clock.pass(5 * MINUTE)
    expect(sent).toHaveLength(1)
  })

  test('that is made disabled does not run', async () => {
    const { clock, putRule, sent } = await scheduled()
    await putRule({ State: 'DISABLED' })

    await clock.pass(60 * MINUTE)

    expect(sent).toEqual([])
  })

  test('that is written again runs once per period, at its new one', async () => {
    const { clock, putRule, sent } = await scheduled()
    await putRule({ ScheduleExpression: 'rate(10 minutes)' })

    await clock.pass(20 * MINUTE)

    expect(sent.map(({ at }) => at)).toEqual([10 * MINUTE, 20 * MINUTE])
  })

  test('that is deleted, or has no schedule any more, does not run', async () => {
    const { clock, putRule, run, sent } = await scheduled()
    await putRule({ ScheduleExpression: undefined, EventPattern: '{"source":["test"]}' })
    await clock.pass(60 * MINUTE)
    expect(sent).toEqual([])

    await putRule()
    await run('RemoveTargets', { Rule: 'sweep', Ids: ['a'] })
    await run('DeleteRule', { Name: 'sweep' })
    expect(clock.pendingTimers()).toBe(0)
  })

  test('may have a pattern too, and then runs for both', async () => {
    const { clock, delivered, put, putRule } = await scheduled()
    await putRule({ EventPattern: '{"source":["test"]}' })

    await put({ EventBusName: 'default' })
    await clock.pass(5 * MINUTE)

    expect(delivered()).toMatchObject([{ source: 'test' }, { source: 'aws.events' }])
  })
})
