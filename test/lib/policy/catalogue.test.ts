import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { PARTITIONS } from '../../../lib/aws/partitions.ts'
import { InvalidInput, PolicyRefused } from '../../../lib/errors.ts'
import { CATALOGUE, catalogueEntryNamed, describeCatalogue } from '../../../lib/policy/catalogue/catalogue.ts'
import { compilePolicies } from '../../../lib/policy/compile.ts'
import type { PolicyContext } from '../../../lib/policy/context.ts'
import { validatePolicy } from '../../../local/access-analyzer/validate-policy.ts'
import { parseFile } from '../../workflow-files.ts'

const context: PolicyContext = {
  partition: 'aws',
  accountId: '111122223333',
  clusterAccountId: '111122223333',
  region: 'eu-central-1',
  cluster: 'golem',
  allowedManagedPolicies: ['arn:aws:iam::aws:policy/*', 'arn:aws:iam::111122223333:policy/team/own'],
  targetAccounts: ['444455556666'],
}

function sample(name: string, partition: string): Record<string, unknown> {
  const samples: Record<string, Record<string, unknown>> = {
    'cert-manager': { hostedZoneIds: ['Z1'] },
    'cloudwatch-logs': { logGroupPrefix: '/kubernetes/golem/' },
    'ebs-csi-driver': { kmsKeyArns: [`arn:${partition}:kms:eu-central-1:111122223333:key/a-b`] },
    'external-dns': { hostedZoneIds: ['Z1'] },
    'external-secrets': { secrets: ['golem/*', 'exact'], parameters: ['/golem/*'] },
    'fsx-csi-driver': { dataBuckets: ['data'] },
    karpenter: {
      nodeRoleArn: `arn:${partition}:iam::111122223333:role/node`,
      interruptionQueueArns: [`arn:${partition}:sqs:eu-central-1:111122223333:golem`],
    },
    's3-read': { bucket: 'data', prefix: 'in/' },
    'sqs-consumer': { queueArns: [`arn:${partition}:sqs:eu-central-1:111122223333:q`] },
    velero: { bucket: 'backups' },
  }
  return samples[name] ?? {}
}

const boundaryStatement = z.object({
  Sid: z.string(),
  Condition: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
})

function statements(name: string, parameters: unknown, around: Partial<PolicyContext> = {}) {
  return catalogueEntryNamed(name, 'catalogue').compile(parameters, { ...context, ...around }, 'parameters')
}

describe('every entry', () => {
  const everywhere = CATALOGUE.flatMap((entry) =>
    PARTITIONS.map((partition) => [entry.name, partition.name] as const),
  )
  test.each(CATALOGUE)(
    '$name names actions that AWS has, and passes no role to just anybody',
    async ({ name }) => {
      const { inlinePolicy } = compilePolicies(
        [{ catalogue: name, parameters: sample(name, 'aws') }],
        context,
      )

      expect(await validatePolicy(JSON.stringify(inlinePolicy), 'identity')).toEqual([])
    },
  )

  test.each(everywhere)(
    '%s compiles in %s, for that partition only, into a policy that IAM stores',
    (name, partition) => {
      const policies = [{ catalogue: name, parameters: sample(name, partition) }]

      const { inlinePolicy } = compilePolicies(policies, { ...context, partition })

      const arns = JSON.stringify(inlinePolicy).match(/arn:[^:]+/g) ?? []
      expect(arns.filter((arn) => arn !== `arn:${partition}`)).toEqual([])
      expect(inlinePolicy?.Statement.length).toBeGreaterThan(0)
    },
  )

  test.each(CATALOGUE.map((entry) => entry.name))(
    '%s names actions of services and allows no service entirely',
    (name) => {
      for (const { Effect, Action } of statements(name, sample(name, 'aws'))) {
        expect(Effect).toBe('Allow')
        for (const action of [Action ?? []].flat()) expect(action).toMatch(/^[a-z0-9-]+:[A-Z][A-Za-z]+\*?$/)
      }
    },
  )

  test.each(CATALOGUE.map((entry) => entry.name))('%s refuses parameters that it does not know', (name) => {
    expect(() => statements(name, { ...sample(name, 'aws'), more: 1 })).toThrow(InvalidInput)
  })

  test('has the service-linked roles that it needs from the boundary, which has no others', () => {
    const needed = CATALOGUE.flatMap(({ name }) => statements(name, sample(name, 'aws')))
      .filter(({ Action }) => [Action].flat().includes('iam:CreateServiceLinkedRole'))
      .flatMap(({ Condition }) => Object.values(Condition?.StringEquals ?? {}).flat())
    const boundary = z
      .object({
        Resources: z.object({
          Boundary: z.object({
            Properties: z.object({ PolicyDocument: z.object({ Statement: z.array(boundaryStatement) }) }),
          }),
        }),
      })
      .parse(parseFile('serverless/boundary.yml'))
    const { Statement } = boundary.Resources.Boundary.Properties.PolicyDocument
    const limit = Statement.find(({ Sid }) => Sid === 'NoServiceLinkedRolesButThese')

    expect(new Set([limit?.Condition?.StringNotEquals?.['iam:AWSServiceName']].flat())).toEqual(
      new Set(needed),
    )
  })

  test('is listed by name, with its parameters as JSON Schema', () => {
    const described = describeCatalogue()

    expect(described.map(({ name }) => name)).toEqual([
      'aws-load-balancer-controller',
      'cert-manager',
      'cloudwatch-logs',
      'cluster-autoscaler',
      'ebs-csi-driver',
      'efs-csi-driver',
      'external-dns',
      'external-secrets',
      'fsx-csi-driver',
      'karpenter',
      's3-read',
      'sqs-consumer',
      'velero',
    ])
    for (const { parameters } of described)
      expect(parameters).toMatchObject({ type: 'object', additionalProperties: false })
  })

  test('is found by its own name, not by a name that every object has', () => {
    expect(() => catalogueEntryNamed('toString', 'catalogue')).toThrow(PolicyRefused)
  })
})

describe('external-dns', () => {
  test('writes into the zones named, in the partition of the account', () => {
    expect(statements('external-dns', { hostedZoneIds: ['Z1', 'Z2'] }, { partition: 'aws-cn' })).toEqual([
      {
        Effect: 'Allow',
        Action: [
          'route53:ChangeResourceRecordSets',
          'route53:ListResourceRecordSets',
          'route53:ListTagsForResources',
        ],
        Resource: ['arn:aws-cn:route53:::hostedzone/Z1', 'arn:aws-cn:route53:::hostedzone/Z2'],
      },
      { Effect: 'Allow', Action: ['route53:ListHostedZones'], Resource: ['*'] },
    ])
  })

  test.each([[{}], [{ hostedZoneIds: [] }], [{ hostedZoneIds: ['*'] }], [{ hostedZoneIds: ['z1'] }]])(
    'refuses %j',
    (parameters) => {
      expect(() => statements('external-dns', parameters)).toThrow(InvalidInput)
    },
  )
})

describe('cert-manager', () => {
  test('writes challenge records only', () => {
    expect(statements('cert-manager', { hostedZoneIds: ['Z1'] })[0]).toEqual({
      Effect: 'Allow',
      Action: ['route53:ChangeResourceRecordSets'],
      Resource: ['arn:aws:route53:::hostedzone/Z1'],
      Condition: {
        'ForAllValues:StringEquals': { 'route53:ChangeResourceRecordSetsRecordTypes': 'TXT' },
        'ForAllValues:StringLike': {
          'route53:ChangeResourceRecordSetsNormalizedRecordNames': '_acme-challenge.*',
        },
      },
    })
  })
})

describe('cluster-autoscaler and karpenter', () => {
  test('know the cluster by its name here, or by the name that is given', () => {
    expect(JSON.stringify(statements('cluster-autoscaler', {}))).toContain('cluster-autoscaler/golem"')
    expect(JSON.stringify(statements('cluster-autoscaler', { clusterName: 'g1' }))).toContain(
      'autoscaler/g1"',
    )
    expect(JSON.stringify(statements('karpenter', sample('karpenter', 'aws')))).toContain('cluster/golem"')
  })

  test('karpenter passes the node role to EC2 only, and manages no instance profile', () => {
    const compiled = statements('karpenter', sample('karpenter', 'aws'))
    const actions = compiled
      .flatMap(({ Action }) => Action ?? [])
      .filter((action) => action.startsWith('iam:'))

    expect(actions).toEqual(['iam:PassRole', 'iam:GetInstanceProfile', 'iam:ListInstanceProfiles'])
    expect(compiled.find(({ Action }) => Action?.includes('iam:PassRole'))).toEqual({
      Effect: 'Allow',
      Action: ['iam:PassRole'],
      Resource: ['arn:aws:iam::111122223333:role/node'],
      Condition: { StringEquals: { 'iam:PassedToService': ['ec2.amazonaws.com', 'ec2.amazonaws.com.cn'] } },
    })
  })

  test('karpenter without a queue may read none', () => {
    const { nodeRoleArn } = sample('karpenter', 'aws')

    expect(JSON.stringify(statements('karpenter', { nodeRoleArn }))).not.toContain('sqs:')
  })
})

describe('external-secrets', () => {
  test('reads what is named, with the suffix that Secrets Manager adds', () => {
    const resources = statements('external-secrets', { secrets: ['a/*', 'b'], parameters: ['/c/*'] }).flatMap(
      ({ Resource }) => Resource ?? [],
    )

    expect(resources).toEqual([
      'arn:aws:secretsmanager:eu-central-1:111122223333:secret:a/*',
      'arn:aws:secretsmanager:eu-central-1:111122223333:secret:b-??????',
      '*',
      'arn:aws:ssm:eu-central-1:111122223333:parameter/c/*',
      '*',
    ])
  })

  test('wants to know at least one', () => {
    expect(() => statements('external-secrets', {})).toThrow(InvalidInput)
  })

  test.each(['*', 'a*b', '**'])('refuses the secret %s', (secret) => {
    expect(() => statements('external-secrets', { secrets: [secret] })).toThrow(InvalidInput)
  })
})

describe('s3-read', () => {
  test('lists the whole bucket only without a prefix', () => {
    expect(statements('s3-read', { bucket: 'data' })[1]).toEqual({
      Effect: 'Allow',
      Action: ['s3:ListBucket'],
      Resource: ['arn:aws:s3:::data'],
    })
    expect(statements('s3-read', { bucket: 'data', prefix: 'in/' })[1]).toEqual({
      Effect: 'Allow',
      Action: ['s3:ListBucket'],
      Resource: ['arn:aws:s3:::data'],
      Condition: { StringLike: { 's3:prefix': 'in/*' } },
    })
  })

  test.each(['*', 'a*', '../x y', `\${aws:username}`])('refuses the prefix %s', (prefix) => {
    expect(() => statements('s3-read', { bucket: 'data', prefix })).toThrow(InvalidInput)
  })
})

describe('velero', () => {
  test('takes no snapshots where the CSI driver does', () => {
    expect(JSON.stringify(statements('velero', { bucket: 'backups', volumeSnapshots: false }))).not.toContain(
      'ec2:',
    )
  })
})
