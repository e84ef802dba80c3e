/** Amazon EventBridge: buses, rules, schedules, and delivery to targets. */
import { randomUUID } from 'node:crypto'
import type { Service } from '../service.ts'
import type { World } from '../world.ts'
import type { Buses, Rule } from './bus.ts'
import { busOperations } from './buses.ts'
import { deliverToTargets } from './delivery.ts'
import { putEventsOperation } from './put-events.ts'
import { ruleOperations } from './rules.ts'
import { parseSchedule } from './schedule.ts'
import { tagOperations } from './tags.ts'
import { targetRuleOperations } from './target-rules.ts'
import { targetOperations } from './targets.ts'

export function createEvents(world: World): { readonly service: Service } {
  const buses: Buses = new Map()
  return {
    service: {
      name: 'events',
      operations: {
        ...busOperations(world, buses),
        ...ruleOperations(buses, (rule) => reschedule(world, rule)),
        ...targetOperations(buses),
        ...targetRuleOperations(buses),
        ...tagOperations(buses),
        PutEvents: putEventsOperation(world, buses, (rule, event) => deliverToTargets(world, rule, event)),
      },
    },
  }
}

/** Schedules follow the real time, whatever the speed of AWS's waits. */
function reschedule(world: World, rule: Rule): void {
  rule.timer?.cancel()
  rule.timer = undefined
  if (rule.state === 'ENABLED' && rule.schedule !== undefined)
    runAfter(world, rule, parseSchedule(rule.schedule))
}

function runAfter(world: World, rule: Rule, period: number): void {
  const run = () => {
    deliverToTargets(world, rule, scheduledEvent(world, rule))
    // Not before the clock has come to a rest: a leap over many periods runs the rule once, not for all of them at one time.
    queueMicrotask(() => {
      if (rule.timer === timer) runAfter(world, rule, period)
    })
  }
  const timer = world.clock.after(period, run, { scaled: false })
  rule.timer = timer
}

function scheduledEvent({ clock }: World, { arn, bus }: Rule) {
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'Scheduled Event',
    source: 'aws.events',
    account: bus.account,
    time: `${clock.now().toISOString().slice(0, 19)}Z`,
    region: bus.region,
    resources: [arn],
    detail: {},
  } as const
}
