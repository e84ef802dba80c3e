import { describe, expect, test } from 'vitest'
import { createHandler } from '../../lib/handler.ts'
import { countPublished, measureTimeToIssuerReady } from '../../lib/metrics.ts'
import { aContext } from './lambda-context.ts'
import { printed } from './printed.ts'

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

    expect(lines).toMatchObject([{ service: 'irsa-provisioner', RoleReady: [1, 1], RoleFailed: 1 }])
  })

  test('of a run that failed are counted by step and error too, without what the error says', async () => {
    const lines = await measuredBy(() =>
      countPublished('Provisioning Failed', {
        ...ABOUT,
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
