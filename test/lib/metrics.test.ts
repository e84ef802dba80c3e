import { describe, expect, test } from 'vitest'
import { Throttled } from '../../lib/errors.ts'
import { createHandler } from '../../lib/handler.ts'
import {
  countPublished,
  countRoleRetry,
  measureCertificate,
  measureQuota,
  measureTimeToIssuerReady,
} from '../../lib/metrics.ts'
import { aContext } from './lambda-context.ts'
import { type Line, printed } from './printed.ts'

const ABOUT = {
  cluster: 'golem',
  accountId: '000000000000',
  issuer: 'https://irsa.golem.gigantic.io',
  generation: 1,
  run: 1,
}

/** What an invocation that does this measures. */
async function measuredBy(act: () => void) {
  const { measured } = printed()
  await createHandler(async () => act())({}, aContext())
  return measured()
}

describe('outbound events', () => {
  test('are counted by their names', async () => {
    const role = { ...ABOUT, namespace: 'default', serviceAccount: 'reader', roleArn: '' }

    const lines = await measuredBy(() => {
      countPublished('Role Ready', role)
      countPublished('Role Ready', role)
      countPublished('Role Failed', { ...role, error: 'PolicyRefused: no', remedy: 'Ask for less.' })
    })

    expect(lines).toMatchObject([{ service: 'irsa-test', RoleReady: [1, 1], RoleFailed: 1 }])
  })

  test('of a run that failed are counted by step and error too, without what the error says', async () => {
    const lines = await measuredBy(() =>
      countPublished('Provisioning Failed', {
        ...ABOUT,
        workflow: 'provision',
        step: 'certificate',
        error: 'CertificateStillPending: after 120 minutes: for the record',
        remedy: 'Look at the zone.',
      }),
    )

    expect(lines).toHaveLength(2)
    expect(lines).toContainEqual(
      expect.objectContaining({
        ProvisioningFailed: 1,
        step: 'certificate',
        error: 'CertificateStillPending',
      }),
    )
    expect(JSON.stringify(lines)).not.toContain('after 120')
  })
})

test('the time to a ready issuer is in seconds', async () => {
  const lines = await measuredBy(() =>
    measureTimeToIssuerReady('2026-01-31T12:00:00.000Z', new Date('2026-01-31T12:06:40.500Z')),
  )

  expect(lines).toMatchObject([{ TimeToIssuerReady: 400.5 }])
  expect(JSON.stringify(lines)).toContain('"Unit":"Seconds"')
})

describe('roles that are tried again', () => {
  test('are counted, and by why', async () => {
    const lines = await measuredBy(() => countRoleRetry('RolePending'))

    expect(lines).toHaveLength(2)
    expect(lines).toContainEqual(expect.objectContaining({ RoleRetry: 1, error: 'RolePending' }))
    expect(lines.filter((line) => 'error' in line)).toHaveLength(1)
    expect(JSON.stringify(lines)).not.toContain('Throttled')
  })

  test('count as throttled calls when that is why', async () => {
    const lines = await measuredBy(() => countRoleRetry('Throttled'))

    expect(lines).toContainEqual(expect.objectContaining({ RoleRetry: 1, Throttled: 1 }))
  })
})

test('an invocation that AWS refused for its rate counts as a throttled call', async () => {
  const { measured } = printed()
  const handler = createHandler(async () => {
    throw new Throttled('acm:ListCertificates: Rate exceeded')
  })

  await expect(handler({}, aContext())).rejects.toThrow(Throttled)

  expect(measured()).toMatchObject([{ Throttled: 1 }])
})

test('a quota is measured in percent, by its name', async () => {
  const lines = await measuredBy(() => measureQuota('oidc-providers', { used: 81, allowed: 100 }))

  expect(lines).toMatchObject([{ QuotaUsed: 81, quota: 'oidc-providers', service: 'irsa-test' }])
  expect(dimensionsOf(lines)).toEqual([['service', 'quota']])
})

test('the days of certificates are measured by cluster and of all', async () => {
  const lines = await measuredBy(() => {
    measureCertificate({ cluster: 'golem', daysLeft: 12.5 })
    measureCertificate({ cluster: 'gaia', daysLeft: 198 })
  })

  expect(lines).toMatchObject([
    { CertificateDaysLeft: 12.5, cluster: 'golem' },
    { CertificateDaysLeft: 198, cluster: 'gaia' },
    { CertificateDaysLeft: [12.5, 198] },
  ])
  expect(dimensionsOf(lines)).toEqual([['service', 'cluster'], ['service', 'cluster'], ['service']])
})

function dimensionsOf(lines: readonly Line[]): unknown[] {
  return lines.map(({ _aws }) => {
    const { CloudWatchMetrics } = _aws as { CloudWatchMetrics: [{ Dimensions: [string[]] }] }
    return CloudWatchMetrics[0].Dimensions[0]
  })
}
