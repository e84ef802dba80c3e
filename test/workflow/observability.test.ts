/** What the people on call see: metrics, and alarms that go off. */
import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  GetMetricStatisticsCommand,
  type Statistic,
} from '@aws-sdk/client-cloudwatch'
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam'
import { InvokeCommand, LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda'
import {
  ChangeResourceRecordSetsCommand,
  ListHostedZonesCommand,
  ListResourceRecordSetsCommand,
  Route53Client,
} from '@aws-sdk/client-route-53'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { REGION } from '../../cli/package-stack.ts'
import { roleContentSchema } from '../../lib/policy/request.ts'
import { deleteRoleRequest, putRoleRequest, type RoleRequestRecord } from '../../lib/registry/roles.ts'
import { RESOURCE_STEPS } from '../../lib/steps.ts'
import { parseFault } from '../../local/faults.ts'
import { clusterNamed, type Pipeline, POLL, roleFor, startPipeline } from './pipeline.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
let pipeline: Pipeline
/** When one cluster has become ready and nothing has failed. */
let atFirst: readonly string[]

beforeAll(async () => {
  pipeline = await startPipeline()
  await pipeline.announce(clusterNamed('calm'))
  expect((await pipeline.runEnded('calm')).status).toBe('SUCCEEDED')
  await pipeline.invoke('measure')
  atFirst = await alarms()
})

afterAll(() => pipeline.stop())

async function alarms() {
  const { MetricAlarms = [] } = await new CloudWatchClient({ region: REGION }).send(
    new DescribeAlarmsCommand({ StateValue: 'ALARM', MaxRecords: 100 }),
  )
  return MetricAlarms.map(({ AlarmName = '' }) => AlarmName.replace('irsa-local-', ''))
}

/** Of the last day, in one number. */
async function statistic(name: string, stat: Statistic, dimensions: Readonly<Record<string, string>> = {}) {
  const now = pipeline.aws.clock.now().getTime()
  const { Datapoints = [] } = await new CloudWatchClient({ region: REGION }).send(
    new GetMetricStatisticsCommand({
      Namespace: 'IrsaProvisioner',
      MetricName: name,
      Dimensions: Object.entries({ service: 'irsa-local', ...dimensions }).map(([Name, Value]) => ({
        Name,
        Value,
      })),
      StartTime: new Date(now - DAY),
      EndTime: new Date(now + DAY),
      Period: 2 * 86_400,
      Statistics: [stat],
    }),
  )
  return Datapoints.at(-1)?.[stat]
}

test('a cluster that becomes ready is counted, and no alarm goes off', async () => {
  await pipeline.request('calm', roleFor('shop', 'cart'))

  expect(await statistic('IssuerReady', 'Sum')).toBe(1)
  expect(await statistic('TimeToIssuerReady', 'Maximum')).toBeGreaterThan(0)
  await expect.poll(() => statistic('RoleReady', 'Sum'), POLL).toBe(1)
  expect(await statistic('QuotaUsed', 'Maximum', { quota: 'oidc-providers' })).toBe(1)
  expect(await statistic('QuotaUsed', 'Maximum', { quota: 'distributions' })).toBe(0.2)
  const daysLeft = await statistic('CertificateDaysLeft', 'Minimum', { cluster: 'calm' })
  expect(Math.ceil(daysLeft ?? 0)).toBe(198)
  expect(await statistic('CertificateDaysLeft', 'Minimum')).toBe(daysLeft)
  expect(atFirst).toEqual([])
})

test('a run that stops sets off its alarm, and is counted by step and error', async () => {
  await pipeline.announce(clusterNamed('zoneless', { baseDomain: 'zoneless.example.org' }))

  await expect.poll(alarms, POLL).toContain('provisioning-failed')

  const cause = { step: 'certificate', error: 'HostedZoneNotFound' }
  await expect.poll(() => statistic('ProvisioningFailed', 'Sum', cause), POLL).toBe(1)
})

/** Of one function, but what Lambda writes itself. */
function logOf(name: string): Readonly<Record<string, unknown>>[] {
  const lines = pipeline.aws.logs(`irsa-local-${name}`).split('\n')
  return lines.filter((line) => line.startsWith('{"level"')).map((line) => JSON.parse(line))
}

test('every line of the log says which cluster, execution and step it is about, and has no key', async () => {
  await pipeline.announce(clusterNamed('logged', { baseDomain: 'logged.example.org' }))
  await pipeline.announce({ cluster: 'refused' })
  await expect.poll(() => logOf('certificate').at(-1)?.cluster, POLL).toBe('logged')
  await expect.poll(() => logOf('cluster-events').at(-1)?.cluster, POLL).toBe('refused')

  for (const step of RESOURCE_STEPS) {
    expect(logOf(step), step).not.toEqual([])
    for (const line of logOf(step)) {
      expect(line).toMatchObject({ cluster: expect.any(String), step, service: 'irsa-local' })
      expect(line.execution).toBe(`${line.cluster}-1`)
    }
  }
  for (const { FunctionName = '' } of await functions())
    expect(pipeline.aws.logs(FunctionName)).not.toMatch(/BEGIN [A-Z ]*KEY|eyJ[\w-]+\.eyJ|"Statement"/)
})

async function functions() {
  const { Functions = [] } = await new LambdaClient({ region: REGION }).send(new ListFunctionsCommand({}))
  return Functions
}

test('an event that is refused sets off the alarm of the dead letters', async () => {
  await pipeline.announce({ cluster: 'incomplete' })

  await expect.poll(alarms, POLL).toContain('dead-letters')
})

test('a quota that is used up to more than 80 % sets off its alarm, and no other', async () => {
  const iam = new IAMClient({ region: 'us-east-1' })
  const AssumeRolePolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
  })
  await pipeline.invoke('measure')
  const before = await statistic('QuotaUsed', 'Maximum', { quota: 'roles' })
  for (let made = 0; made < 801; made += 1)
    await iam.send(new CreateRoleCommand({ RoleName: `other-${made}`, AssumeRolePolicyDocument }))

  await pipeline.invoke('measure')

  expect(before).toBeLessThan(80)
  expect(await statistic('QuotaUsed', 'Maximum', { quota: 'roles' })).toBeGreaterThan(80)
  expect((await alarms()).filter((name) => name.startsWith('quota-'))).toEqual(['quota-roles'])
})

test('a measurement that fails sets off an alarm', async () => {
  pipeline.aws.faults.add(parseFault('acm.ListCertificates:before:AccessDeniedException'))
  await new LambdaClient({ region: REGION }).send(new InvokeCommand({ FunctionName: 'irsa-local-measure' }))

  expect(await alarms()).toContain('measure-failing')
})

test('a certificate that is renewed sets off no alarm, one whose record is gone does', async () => {
  const { clock } = pipeline.aws
  clock.advance(160 * DAY)
  await pipeline.invoke('measure')
  expect(await statistic('CertificateDaysLeft', 'Minimum', { cluster: 'calm' })).toBeGreaterThan(150)
  expect(await alarms()).not.toContain('certificate-renewal')

  await deleteValidationRecord('irsa.calm.gaws.gigantic.io')
  clock.advance(190 * DAY)
  await pipeline.invoke('measure')

  expect(await statistic('CertificateDaysLeft', 'Minimum', { cluster: 'calm' })).toBeLessThan(40)
  expect(await alarms()).toContain('certificate-renewal')
})

test('a request that waits for an approver sets off an alarm after three days, until somebody decides', async () => {
  const { table } = pipeline.deployed
  const { clock } = pipeline.aws
  const ask = async (serviceAccount: string, hoursAgo: number) => {
    const waiting: RoleRequestRecord = {
      cluster: 'calm',
      namespace: 'waiting',
      serviceAccount,
      version: 1,
      desired: 'present',
      content: roleContentSchema.parse({ policies: [] }),
      requestedBy: 'iam:arn:aws:iam::000000000000:role/team',
      requestedAt: new Date(clock.now().getTime() - hoursAgo * HOUR).toISOString(),
      approval: { state: 'waiting', needs: [] },
    }
    await putRoleRequest(table, waiting, 0)
  }
  const isAlarming = async () => {
    await pipeline.invoke('measure')
    return (await alarms()).includes('approval-waiting')
  }

  await ask('latest', 70)
  expect(await isAlarming()).toBe(false)
  await ask('oldest', 73)
  expect(await isAlarming()).toBe(true)
  await deleteRoleRequest(table, 'calm', { namespace: 'waiting', serviceAccount: 'oldest', version: 1 })
  clock.advance(HOUR)
  expect(await isAlarming()).toBe(false)
  expect(await statistic('TimeWaitingForApproval', 'Maximum')).toBeCloseTo(73 * 3600, -3)
})

async function deleteValidationRecord(host: string): Promise<void> {
  const route53 = new Route53Client({ region: 'us-east-1' })
  const { HostedZones = [] } = await route53.send(new ListHostedZonesCommand({}))
  for (const { Id: HostedZoneId } of HostedZones) {
    const { ResourceRecordSets = [] } = await route53.send(
      new ListResourceRecordSetsCommand({ HostedZoneId }),
    )
    const found = ResourceRecordSets.filter(
      ({ Name = '', Type }) => Type === 'CNAME' && Name.endsWith(`.${host}.`),
    )
    const Changes = found.map((ResourceRecordSet) => ({ Action: 'DELETE' as const, ResourceRecordSet }))
    if (Changes.length > 0)
      await route53.send(new ChangeResourceRecordSetsCommand({ HostedZoneId, ChangeBatch: { Changes } }))
  }
}
