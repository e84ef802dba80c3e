import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import type { Proof } from '../../../cli/start/proof.ts'
import type { Provisioned, ProvisionedRole } from '../../../cli/start/provision.ts'
import { isWhole, jsonReport, textReport } from '../../../cli/start/report.ts'
import { aRoleStatus } from '../../lib/registry/registry.ts'
import { golem } from '../../lib/resources/golem.ts'

const { keys: _, outputs: __, ...desired } = golem({ audiences: ['sts.amazonaws.com', 'vault'] })

const OUTPUTS: Provisioned['outputs'] = {
  bucket: {
    bucket: 'irsa-dev-golem',
    region: 'eu-central-1',
    domainName: 'irsa-dev-golem.s3.amazonaws.com',
    kids: ['a', 'b'],
  },
  certificate: { certificateArn: 'arn:certificate', notAfter: '2027-01-31T23:59:59.000Z' },
  distribution: {
    distributionId: 'E1',
    distributionArn: 'arn:distribution',
    domainName: 'd1.cloudfront.net',
  },
  alias: { recordName: 'irsa.golem.gigantic.io', hostedZoneId: 'Z1', domainName: 'd1.cloudfront.net' },
  'issuer-check': { issuer: 'https://irsa.golem.gigantic.io', kids: ['a', 'b'] },
  provider: { providerArn: 'arn:provider', audiences: ['sts.amazonaws.com', 'vault'] },
}

const PROVEN: Proof = {
  status: 'proven',
  roleArn: 'arn:role',
  admitted: { subject: 'system:serviceaccount:default:reader', asExpected: true, answer: 'arn:session' },
  refused: { subject: 'system:serviceaccount:default:other', asExpected: true, answer: 'AccessDenied: no' },
}

const DISPROVEN: Proof = {
  ...PROVEN,
  status: 'disproven',
  refused: { subject: 'system:serviceaccount:default:other', asExpected: false, answer: 'arn:other' },
}

const UNPROVEN: Proof = { status: 'unproven', reason: 'No role is ready.', remedy: 'Name one.' }

const REFUSED = {
  index: 3,
  role: 'default/writer',
  error: 'InvalidInput',
  message: 'role.policies: is required',
  remedy: 'Correct it.',
}

function aRole(serviceAccount: string, more: Partial<ProvisionedRole> = {}): ProvisionedRole {
  const roleArn = `arn:aws:iam::111122223333:role/irsa/golem/dev_golem_default_${serviceAccount}`
  return { ...aRoleStatus({ serviceAccount, roleArn }), audience: 'sts.amazonaws.com', ...more }
}

const BROKEN = aRole('broken', {
  state: 'FAILED',
  error: 'PolicyMalformed',
  message: 'There is no such policy.',
  remedy: 'Correct the policy.',
})

function provisioned(changes: Partial<Provisioned> = {}): Provisioned {
  return {
    desired,
    outputs: OUTPUTS,
    execution: { arn: 'arn:execution:golem-1', name: 'golem-1', status: 'SUCCEEDED' },
    roles: [aRole('reader')],
    refused: [],
    proof: PROVEN,
    durations: { bucket: 120, certificate: 900 },
    ...changes,
  }
}

describe('isWhole', () => {
  test.each<[string, Partial<Provisioned>]>([
    ['everything is there and proven', {}],
    ['there was no key to prove it with', { proof: { status: 'skipped', reason: 'no key' } }],
  ])('is so when %s', (_, changes) => {
    expect(isWhole(provisioned(changes))).toBe(true)
  })

  test.each<[string, Partial<Provisioned>]>([
    ['a role failed', { roles: [aRole('reader'), BROKEN] }],
    ['a role is not settled', { roles: [aRole('reader', { state: 'RETRY' })] }],
    ['a request was refused', { refused: [REFUSED] }],
    ['the proof failed', { proof: DISPROVEN }],
    ['there was a key and nothing to open with it', { roles: [], proof: UNPROVEN }],
    ['the execution failed', { execution: { arn: 'arn', name: 'golem-1', status: 'FAILED' } }],
    ['the execution is still running', { execution: { arn: 'arn', name: 'golem-1', status: 'RUNNING' } }],
    ['the execution is gone', { execution: { arn: 'arn', name: 'golem-1', status: '' } }],
  ])('is not so when %s', (_, changes) => {
    expect(isWhole(provisioned(changes))).toBe(false)
  })
})

describe('the report as JSON', () => {
  test('is one document that has everything', () => {
    const reader = aRole('reader')

    const { roles, ...document } = JSON.parse(jsonReport(provisioned({ refused: [REFUSED] })))

    expect(document).toEqual({
      cluster: {
        name: 'golem',
        accountId: '111122223333',
        region: 'eu-west-1',
        audiences: ['sts.amazonaws.com', 'vault'],
      },
      issuer: 'https://irsa.golem.gigantic.io',
      resources: OUTPUTS,
      refusedRoles: [REFUSED],
      execution: { arn: 'arn:execution:golem-1', name: 'golem-1', status: 'SUCCEEDED' },
      proof: PROVEN,
      timings: { bucket: 120, certificate: 900 },
    })
    expect(roles).toEqual([{ ...reader, manifest: expect.any(String) }])
  })

  test('has each role’s ServiceAccount, with the audience that the role itself trusts', () => {
    const roles = [aRole('reader'), aRole('vaulted', { audience: 'vault' })]

    const report = JSON.parse(jsonReport(provisioned({ roles })))

    expect(report.roles.map(({ manifest }: { manifest: string }) => annotationsIn(manifest))).toEqual([
      { role: roles[0]?.roleArn, audience: 'sts.amazonaws.com' },
      { role: roles[1]?.roleArn, audience: 'vault' },
    ])
  })
})

describe('the report for a person', () => {
  test('has the issuer, every resource, the roles and the proof', () => {
    const lines = textReport(provisioned()).split('\n')

    expect(lines).toContain('Issuer  https://irsa.golem.gigantic.io')
    expect(lines).toContain(
      '  alias         recordName irsa.golem.gigantic.io  hostedZoneId Z1  domainName d1.cloudfront.net',
    )
    expect(lines).toContain('  issuer-check  issuer https://irsa.golem.gigantic.io  kids a, b')
    expect(lines).toContain(`  READY  default/reader  ${aRole('reader').roleArn}`)
    expect(lines).toContain('  ✔ a token of system:serviceaccount:default:reader opens arn:role')
    expect(lines).toContain('      arn:session')
    expect(lines).toContain('  ✔ a token of system:serviceaccount:default:other does not')
  })

  test('names every step, that of nothing too', () => {
    const lines = textReport(provisioned({ outputs: {} })).split('\n')

    for (const step of Object.keys(OUTPUTS))
      expect(lines.some((line) => line.startsWith(`  ${step}`))).toBe(true)
  })

  test('says of a role that failed and of a request that was refused why, and what to do', () => {
    const text = textReport(provisioned({ roles: [aRole('reader'), BROKEN], refused: [REFUSED] }))

    expect(text).toContain(
      [
        `  FAILED default/broken  ${BROKEN.roleArn}`,
        '    PolicyMalformed: There is no such policy.',
        '    Correct the policy.',
        '  REFUSED request 3 (default/writer)',
        '    InvalidInput: role.policies: is required',
        '    Correct it.',
      ].join('\n'),
    )
  })

  test('has the ServiceAccounts of the roles that are ready, to be applied as they stand', () => {
    const roles = [aRole('reader'), BROKEN, aRole('vaulted', { audience: 'vault' })]

    expect(manifestsIn(textReport(provisioned({ roles }))).map(annotationsIn)).toEqual([
      { role: roles[0]?.roleArn, audience: 'sts.amazonaws.com' },
      { role: roles[2]?.roleArn, audience: 'vault' },
    ])
  })

  test('has only so many of them, and says how many are left', () => {
    const roles = Array.from({ length: 23 }, (_, index) => aRole(`reader-${index}`))

    const text = textReport(provisioned({ roles }))

    expect(manifestsIn(text)).toHaveLength(20)
    expect(text).toContain('(and 3 more: --json prints them all)')
    expect(textReport(provisioned({ roles: roles.slice(0, 20) }))).not.toContain('more: --json')
    expect(manifestsIn(textReport(provisioned({ roles }), 2))).toHaveLength(2)
  })

  test.each<[string, Proof, string]>([
    [
      'was skipped, and why',
      { status: 'skipped', reason: 'No --signing-key was given.' },
      'skipped: No --signing-key was given.',
    ],
    ['was not possible, why, and what to do', UNPROVEN, '✖ unproven: No role is ready.\n      Name one.'],
    [
      'failed, and where',
      DISPROVEN,
      '✖ a token of system:serviceaccount:default:other does not\n      arn:other',
    ],
  ])('says that the proof %s', (_, proof, expected) => {
    expect(textReport(provisioned({ proof }))).toContain(`\n  ${expected}\n`)
  })
})

function manifestsIn(text: string): string[] {
  return text.match(/^apiVersion: v1\n(?:.+\n)*?(?=---|\n|\()/gm) ?? []
}

function annotationsIn(manifest: string) {
  const { annotations } = parse(manifest).metadata
  return {
    role: annotations['eks.amazonaws.com/role-arn'],
    audience: annotations['eks.amazonaws.com/audience'],
  }
}
