/** The Embedded Metric Format: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html */
import * as z from 'zod'
import type { Measured } from '../world.ts'

const document = z.looseObject({
  _aws: z.object({
    Timestamp: z.int(),
    CloudWatchMetrics: z.array(
      z.object({
        Namespace: z.string().min(1).max(255),
        Dimensions: z.array(z.array(z.string()).max(30)).min(1),
        Metrics: z.array(z.object({ Name: z.string().min(1), Unit: z.string().default('None') })).max(100),
      }),
    ),
  }),
})

const values = z.union([z.number().transform((value) => [value]), z.array(z.number()).max(100)])

/** As AWS does, leaves out what is not in the format: the line stays a line of the log. */
export function readEmbedded(
  line: string,
  where: { readonly account: string; readonly region: string },
): Measured[] {
  const { success, data } = document.safeParse(parse(line))
  if (!success) return []
  const time = new Date(data._aws.Timestamp)
  return data._aws.CloudWatchMetrics.flatMap(({ Namespace: namespace, Dimensions, Metrics }) =>
    Metrics.flatMap(({ Name: name, Unit: unit }) => {
      const measured = values.safeParse(data[name])
      if (!measured.success) return []
      return Dimensions.map((names) => ({
        ...where,
        namespace,
        name,
        dimensions: Object.fromEntries(names.map((one) => [one, String(data[one])])),
        values: measured.data,
        unit,
        time,
      }))
    }),
  )
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
