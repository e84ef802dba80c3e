/** `rate(…)`: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html */
import { NotInLocalMode } from '../errors.ts'
import { invalid } from './bus.ts'

/** Milliseconds between two times. Throws AwsError (ValidationException), NotInLocalMode for cron. */
export function parseSchedule(expression: string): number {
  if (/^cron\(.*\)$/.test(expression)) throw new NotInLocalMode('cron schedules')
  const [, count = '', unit = '', plural = ''] =
    /^rate\(([1-9]\d*) (minute|hour|day)(s?)\)$/.exec(expression) ?? []
  // One of them is `1 minute`, several are `5 minutes`.
  if (count === '' || (count === '1') !== (plural === ''))
    throw invalid('Parameter ScheduleExpression is not valid.')
  return Number(count) * (MILLISECONDS[unit] ?? 0)
}

const MILLISECONDS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 }
