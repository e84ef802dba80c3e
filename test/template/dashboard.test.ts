/** That the dashboard can be shown, and shows what exists. */
import { beforeAll, describe, expect, test } from 'vitest'
import { type Packaged, readPackaged } from './packaged.ts'
import { type IsSent, sentMetrics } from './sent-metrics.ts'

let packaged: Packaged
let isSent: IsSent

beforeAll(async () => {
  packaged = await readPackaged()
  isSent = await sentMetrics()
})

describe('the dashboard', () => {
  interface Widget {
    readonly type: string
    readonly x: number
    readonly width: number
    readonly properties: { readonly region?: string; readonly metrics?: readonly (readonly unknown[])[] }
  }

  const widgets = () => (JSON.parse(bodyOf(packaged)) as { readonly widgets: readonly Widget[] }).widgets
  const metrics = () => widgets().flatMap(({ properties }) => expand(properties.metrics ?? []))

  test('is JSON that fits the page', () => {
    expect(widgets().length).toBeGreaterThan(10)
    for (const { type, x, width, properties } of widgets()) {
      expect(x + width).toBeLessThanOrEqual(24)
      if (type === 'metric')
        expect(properties).toMatchObject({ title: expect.any(String), region: 'AWS::Region' })
    }
  })

  test('shows metrics that AWS or a function sends', () => {
    for (const [namespace, metric, ...dimensions] of metrics()) {
      const names = dimensions.filter((_, index) => index % 2 === 0)
      expect(isSent(namespace ?? '', metric ?? '', names), `${namespace} ${metric} ${names}`).toBe(true)
    }
  })

  test('names functions, queues and workflows of the stack', () => {
    const text = templateOf(packaged)
    for (const [, name = ''] of text.matchAll(/\$\{([^}]+)\}/g))
      if (!name.startsWith('AWS::')) expect(packaged.resources).toHaveProperty([name.split('.')[0] ?? ''])
    const machines = [...text.matchAll(/stateMachine:([\w-]+)/g)].map(([, name]) => name)
    expect(new Set(machines)).toEqual(new Set(['irsa-local-provision-cluster', 'irsa-local-reconcile-role']))
  })

  test('searches for metrics by the dimensions that they have', () => {
    const searches = [
      ...bodyOf(packaged).matchAll(/SEARCH\('\{IrsaProvisioner,([\w,]+)\} MetricName=\\"(\w+)\\"/g),
    ]

    expect(searches).toHaveLength(4)
    for (const [, dimensions = '', metric = ''] of searches)
      expect(isSent('IrsaProvisioner', metric, dimensions.split(',')), metric).toBe(true)
  })
})

function templateOf({ resources: { Dashboard } }: Packaged): string {
  const body = Dashboard?.Properties.DashboardBody as { readonly 'Fn::Sub': string } | undefined
  return body?.['Fn::Sub'] ?? ''
}

/** `${Name}` stands for itself. */
function bodyOf(stack: Packaged): string {
  return templateOf(stack).replace(/\$\{([^}]+)\}/g, '$1')
}

/** `.` is what stood there in the line above, `...` all but the last. https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html#CloudWatch-Dashboard-Properties-Metrics-Array-Format */
function expand(lines: readonly (readonly unknown[])[]): string[][] {
  const expanded: string[][] = []
  for (const line of lines) {
    const words = line.filter((word): word is string => typeof word === 'string')
    if (words.length === 0) continue
    const above = expanded.at(-1) ?? []
    const [first, ...rest] = words
    const whole = first === '...' ? [...above.slice(0, above.length - rest.length), ...rest] : words
    expanded.push(whole.map((word, index) => (word === '.' ? (above[index] ?? '') : word)))
  }
  return expanded
}
