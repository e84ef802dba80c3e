/** Who may do what: each action and each resource of each role, and a reason for each that cannot be limited. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { ROOT } from '../workflow-files.ts'
import { type Packaged, readPackaged, statementsOf } from './packaged.ts'
import { permissionsPage } from './permissions-page.ts'

let packaged: Packaged

beforeAll(async () => {
  packaged = await readPackaged()
})

test('every role has exactly the permissions that docs/permissions.md shows', async () => {
  await expect(permissionsPage(packaged)).toMatchFileSnapshot('../../docs/permissions.md')
})

describe('every policy', () => {
  const policies = () => [...packaged.ofType('AWS::IAM::Role'), ...packaged.ofType('AWS::IAM::ManagedPolicy')]

  test('names its actions; only the boundary, which gives nothing, allows all', () => {
    const allowing = policies().flatMap(([logicalId, resource]) =>
      statementsOf(resource)
        .filter(
          ({ Effect, Action }) =>
            Effect === 'Allow' && [Action].flat().some((action) => action.includes('*')),
        )
        .map(({ Sid }) => `${logicalId} ${Sid}`),
    )

    expect(allowing).toEqual(['Boundary NothingByItself'])
  })

  test('names its resources, but for what takes none', () => {
    const anywhere = policies()
      .filter(([logicalId]) => logicalId !== 'Boundary')
      .flatMap(([, resource]) => statementsOf(resource))
      .filter(({ Resource }) => Resource === '*')
      .flatMap(({ Action }) => [Action].flat())

    // https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
    expect([...new Set(anywhere)].toSorted()).toEqual([
      'access-analyzer:CheckNoNewAccess',
      'access-analyzer:ValidatePolicy',
      'acm:ListCertificates',
      'acm:RequestCertificate',
      'cloudfront:CreateDistribution',
      'cloudfront:ListDistributions',
      'dynamodb:ListStreams',
      'iam:GetAccountSummary',
      'iam:ListOpenIDConnectProviders',
      'iam:ListRoles',
      'logs:CreateLogDelivery',
      'logs:DeleteLogDelivery',
      'logs:DescribeLogGroups',
      'logs:DescribeResourcePolicies',
      'logs:GetLogDelivery',
      'logs:ListLogDeliveries',
      'logs:PutResourcePolicy',
      'logs:UpdateLogDelivery',
      'route53:ListHostedZonesByName',
      's3:ListAllMyBuckets',
      'servicequotas:ListServiceQuotas',
      'xray:GetSamplingRules',
      'xray:GetSamplingTargets',
      'xray:PutTelemetryRecords',
      'xray:PutTraceSegments',
    ])
  })

  test('has a name for each of its statements, so that a refusal can be traced to one', () => {
    for (const [logicalId, resource] of policies()) {
      const sids = statementsOf(resource).map(({ Sid }) => Sid)
      expect(sids, logicalId).not.toContain(undefined)
      expect(new Set(sids).size, logicalId).toBe(sids.length)
    }
  })
})

test('where a statement allows something of everything, the line above says why', () => {
  const reasons = sources().flatMap(({ file, text }) =>
    reasonsIn(text).map((reason) => ({ file, ...reason })),
  )

  expect(reasons.length).toBeGreaterThan(10)
  for (const { file, line, reason } of reasons) expect(reason, `${file}:${line}`).toMatch(/^\s*# \w.{20,}/)
})

function sources() {
  const files = readdirSync(join(ROOT, 'serverless'), { recursive: true, encoding: 'utf8' })
  return files
    .filter((file) => file.endsWith('.yml'))
    .map((file) => ({ file, text: readFileSync(join(ROOT, 'serverless', file), 'utf8') }))
}

/** The line above each `Resource: '*'` whose statement allows. */
function reasonsIn(text: string): { readonly line: number; readonly reason: string }[] {
  const lines = text.split('\n')
  return lines.flatMap((content, index) => {
    if (!/^\s*Resource: '\*'$/.test(content)) return []
    const effect = lines.slice(0, index).findLast((above) => /^\s*Effect: /.test(above)) ?? ''
    return effect.endsWith('Allow') ? [{ line: index + 1, reason: lines[index - 1] ?? '' }] : []
  })
}
