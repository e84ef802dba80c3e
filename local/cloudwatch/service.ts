/** Amazon CloudWatch: metrics, alarms on one metric, dashboards. It signs as `monitoring`. */
import type { Service } from '../service.ts'
import type { MetricsView, World } from '../world.ts'
import { evaluate } from './alarm.ts'
import { type Alarms, alarmOperations } from './alarms.ts'
import { dashboardOperations } from './dashboards.ts'
import { metricOperations } from './metrics.ts'
import { createSeries, keyOf } from './series.ts'

export interface CloudWatch {
  readonly service: Service
  readonly view: MetricsView
}

export function createCloudWatch({ clock }: World): CloudWatch {
  const alarms: Alarms = new Map()
  const series = createSeries(clock, (metric) => {
    for (const alarm of alarms.values())
      if (keyOf(alarm.metric) === keyOf(metric)) evaluate(series, alarm, clock.now())
  })
  return {
    service: {
      name: 'monitoring',
      operations: {
        ...metricOperations(clock, series),
        ...alarmOperations(clock, alarms, series),
        ...dashboardOperations(clock),
      },
    },
    view: series.view,
  }
}
