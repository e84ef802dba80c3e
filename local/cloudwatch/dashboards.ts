/** Dashboards: kept and given back, not drawn. */
import type {
  DashboardEntry,
  DeleteDashboardsInput,
  GetDashboardInput,
  GetDashboardOutput,
  ListDashboardsInput,
  ListDashboardsOutput,
  PutDashboardInput,
  PutDashboardOutput,
} from '@aws-sdk/client-cloudwatch'
import * as z from 'zod'
import { globalArn } from '../arn.ts'
import type { Clock } from '../clock.ts'
import { AwsError } from '../errors.ts'
import { pageAfter } from '../paging.ts'
import { type Call, operation } from '../service.ts'
import { refuseMembers } from '../unsupported.ts'

interface Dashboard {
  readonly name: string
  readonly arn: string
  readonly body: string
  readonly modifiedAt: Date
}

export function dashboardOperations(clock: Clock) {
  /** By ARN: they have no region. */
  const dashboards = new Map<string, Dashboard>()
  return {
    PutDashboard: operation<PutDashboardInput, PutDashboardOutput>({
      asks: ({ DashboardName }, call) => [
        { action: 'cloudwatch:PutDashboard', resource: arnOf(DashboardName, call) },
      ],
      run(input, call) {
        refuseMembers('PutDashboard', input, ['Tags'])
        const { DashboardName: name = '', DashboardBody: body = '' } = input
        if (!/^[\w-]{1,255}$/.test(name))
          throw invalidDashboard('The name has characters that it must not have.')
        checkBody(body)
        const arn = arnOf(name, call)
        dashboards.set(arn, { name, arn, body, modifiedAt: clock.now() })
        return { DashboardValidationMessages: [] }
      },
    }),
    GetDashboard: operation<GetDashboardInput, GetDashboardOutput>({
      asks: ({ DashboardName }, call) => [
        { action: 'cloudwatch:GetDashboard', resource: arnOf(DashboardName, call) },
      ],
      run({ DashboardName }, call) {
        const found = dashboards.get(arnOf(DashboardName, call))
        if (found === undefined) throw noDashboard(DashboardName)
        return { DashboardArn: found.arn, DashboardName: found.name, DashboardBody: found.body }
      },
    }),
    ListDashboards: operation<ListDashboardsInput, ListDashboardsOutput>({
      asks: (_, call) => [{ action: 'cloudwatch:ListDashboards', resource: arnOf('*', call) }],
      run({ DashboardNamePrefix = '', NextToken }, call) {
        const own = [...dashboards.values()]
          .filter(({ name, arn }) => arn === arnOf(name, call) && name.startsWith(DashboardNamePrefix))
          .toSorted((one, other) => (one.name < other.name ? -1 : 1))
        const { items, next } = pageAfter(own, ({ name }) => name, NextToken, MOST_ENTRIES)
        const page = { DashboardEntries: items.map(entryOf) }
        return next === undefined ? page : { ...page, NextToken: next }
      },
    }),
    DeleteDashboards: operation<DeleteDashboardsInput, object>({
      asks: ({ DashboardNames = [] }, call) =>
        DashboardNames.map((name) => ({
          action: 'cloudwatch:DeleteDashboards',
          resource: arnOf(name, call),
        })),
      run({ DashboardNames = [] }, call) {
        // All of them or none.
        for (const name of DashboardNames) if (!dashboards.has(arnOf(name, call))) throw noDashboard(name)
        for (const name of DashboardNames) dashboards.delete(arnOf(name, call))
        return {}
      },
    }),
  }
}

const MOST_ENTRIES = 1000

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html */
const bodySchema = z.object({
  widgets: z
    .array(
      z.discriminatedUnion('type', [
        z.object({ type: z.literal('text'), ...place(), properties: z.object({ markdown: z.string() }) }),
        z.object({
          type: z.literal('metric'),
          ...place(),
          properties: z.object({ region: z.string(), metrics: z.array(z.array(z.unknown()).min(1)).min(1) }),
        }),
      ]),
    )
    .max(500),
})

function place() {
  return {
    x: z.int().min(0).max(23).optional(),
    y: z.int().min(0).optional(),
    width: z.int().min(1).max(24).optional(),
    height: z.int().min(1).max(1000).optional(),
  }
}

/** Throws AwsError (InvalidParameterInput). Widgets besides texts and metrics are not in local mode, and refused too. */
function checkBody(body: string): void {
  const result = bodySchema.safeParse(parse(body))
  if (result.success) return
  const messages = result.error.issues.map(({ path, message }) => ({
    DataPath: `/${path.map(String).join('/')}`,
    Message: message,
  }))
  throw invalidDashboard(
    `The dashboard body is invalid, there are ${messages.length} validation errors`,
    messages,
  )
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

function invalidDashboard(message: string, dashboardValidationMessages: readonly object[] = []): AwsError {
  return new AwsError('InvalidParameterInput', message, 400, { dashboardValidationMessages })
}

function noDashboard(name: string | undefined): AwsError {
  return new AwsError('ResourceNotFound', `Dashboard ${name} does not exist`, 404)
}

function entryOf({ name, arn, body, modifiedAt }: Dashboard): DashboardEntry {
  return { DashboardName: name, DashboardArn: arn, LastModified: modifiedAt, Size: Buffer.byteLength(body) }
}

function arnOf(name: string | undefined, { region, principal }: Call): string {
  return globalArn('cloudwatch', region, principal.account, `dashboard/${name}`)
}
