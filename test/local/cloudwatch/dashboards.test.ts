import { describe, expect, test } from 'vitest'
import { cloudWatchFixture } from './fixture.ts'

const BODY = JSON.stringify({
  widgets: [
    { type: 'text', x: 0, y: 0, width: 24, height: 1, properties: { markdown: '## Runs' } },
    { type: 'metric', properties: { region: 'eu-central-1', metrics: [['AWS/States', 'ExecutionsFailed']] } },
  ],
})
const ARN = 'arn:aws:cloudwatch::000000000000:dashboard/d'

describe('a dashboard', () => {
  test('is given back as it was put, in every region, until it is deleted', async () => {
    const { send, clock } = cloudWatchFixture()
    await send('PutDashboard', { DashboardName: 'd', DashboardBody: BODY })

    expect(await send('GetDashboard', { DashboardName: 'd' }, 'us-east-1')).toEqual({
      DashboardArn: ARN,
      DashboardName: 'd',
      DashboardBody: BODY,
    })
    expect(await send('ListDashboards', {})).toEqual({
      DashboardEntries: [
        { DashboardName: 'd', DashboardArn: ARN, LastModified: clock.now(), Size: Buffer.byteLength(BODY) },
      ],
    })

    await send('DeleteDashboards', { DashboardNames: ['d'] })
    expect(await send('ListDashboards', { DashboardNamePrefix: 'd' })).toEqual({ DashboardEntries: [] })
  })

  test.each([
    ['no JSON', '{'],
    ['no widgets', '{}'],
    ['a widget that is too wide', BODY.replace('"width":24', '"width":25')],
    ['a graph of nothing', BODY.replace('[["AWS/States","ExecutionsFailed"]]', '[]')],
    ['a graph of no region', BODY.replace('"region":"eu-central-1",', '')],
  ])('with %s is refused', async (_, DashboardBody) => {
    const { send } = cloudWatchFixture()

    await expect(send('PutDashboard', { DashboardName: 'd', DashboardBody })).rejects.toMatchObject({
      code: 'InvalidParameterInput',
    })
    expect(await send('ListDashboards', {})).toEqual({ DashboardEntries: [] })
  })

  test.each([
    ['GetDashboard', { DashboardName: 'd' }],
    ['DeleteDashboards', { DashboardNames: ['d'] }],
  ])('that is not there is not found by %s', async (operation, input) => {
    const { send, asks } = cloudWatchFixture()

    await expect(send(operation, input)).rejects.toMatchObject({ code: 'ResourceNotFound' })
    expect(asks(operation, input)).toEqual([{ action: `cloudwatch:${operation}`, resource: ARN }])
  })
})
