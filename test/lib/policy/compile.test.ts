import { describe, expect, test } from 'vitest'
import { InvalidInput, PolicyRefused, PolicyTooLarge } from '../../../lib/errors.ts'
import { compilePolicies } from '../../../lib/policy/compile.ts'
import type { PolicyContext } from '../../../lib/policy/context.ts'
import type { RequestedPolicy } from '../../../lib/policy/request.ts'

const context: PolicyContext = {
  partition: 'aws',
  accountId: '111122223333',
  clusterAccountId: '111122223333',
  region: 'eu-central-1',
  cluster: 'golem',
  allowedManagedPolicies: ['arn:aws:iam::aws:policy/*', 'arn:aws:iam::111122223333:policy/team/own'],
  targetAccounts: ['444455556666'],
}
const S3 = 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess'
const OWN = 'arn:aws:iam::111122223333:policy/team/own'

describe('compilePolicies', () => {
  test('gives managed policies sorted and each once, and no inline policy', () => {
    expect(compilePolicies([{ arn: S3 }, { arn: OWN }, { arn: S3 }], context)).toEqual({
      managedPolicies: [OWN, S3],
      inlinePolicy: undefined,
    })
  })

  test('gives nothing for nothing', () => {
    expect(compilePolicies([], context)).toEqual({ managedPolicies: [], inlinePolicy: undefined })
  })

  test('makes one document of catalogue entries and statements', () => {
    const policies: RequestedPolicy[] = [
      { catalogue: 'external-dns', parameters: { hostedZoneIds: ['Z2', 'Z1'] } },
      { arn: S3 },
      { statements: [{ Effect: 'Allow', Action: 'ec2:DescribeTags', Resource: '*', Sid: 'Mine' }] },
    ]

    expect(compilePolicies(policies, context)).toEqual({
      managedPolicies: [S3],
      inlinePolicy: {
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Action: ['ec2:DescribeTags', 'route53:ListHostedZones'], Resource: '*' },
          {
            Effect: 'Allow',
            Action: [
              'route53:ChangeResourceRecordSets',
              'route53:ListResourceRecordSets',
              'route53:ListTagsForResources',
            ],
            Resource: ['arn:aws:route53:::hostedzone/Z1', 'arn:aws:route53:::hostedzone/Z2'],
          },
        ],
      },
    })
    expect(JSON.stringify(compilePolicies(policies.toReversed(), context))).toBe(
      JSON.stringify(compilePolicies(policies, context)),
    )
  })

  test.each(['AdministratorAccess', 'PowerUserAccess', 'IAMFullAccess'])('never attaches %s', (name) => {
    expect(() => compilePolicies([{ arn: `arn:aws:iam::aws:policy/${name}` }], context)).toThrow(
      PolicyRefused,
    )
  })

  test('never attaches them under a path either', () => {
    const arn = 'arn:aws:iam::aws:policy/job-function/AdministratorAccess'

    expect(() => compilePolicies([{ arn }], context)).toThrow(PolicyRefused)
  })

  test.each([
    ['for a service-linked role', 'arn:aws:iam::aws:policy/aws-service-role/AmazonECSServiceRolePolicy'],
    ['of another account', 'arn:aws:iam::444455556666:policy/own'],
    ['of another partition', 'arn:aws-cn:iam::aws:policy/AmazonS3ReadOnlyAccess'],
  ])('refuses a managed policy %s', (_, arn) => {
    expect(() => compilePolicies([{ arn }], context)).toThrow(PolicyRefused)
  })

  test('takes 20 managed policies and not 21', () => {
    const arns = (count: number) => Array.from({ length: count }, (_, index) => ({ arn: `${S3}${index}` }))

    expect(compilePolicies(arns(20), context).managedPolicies).toHaveLength(20)
    expect(() => compilePolicies(arns(21), context)).toThrow(PolicyRefused)
  })

  test.each([
    ['by its whole ARN', [OWN]],
    ['by its beginning, of AWS’s own', ['arn:aws:iam::aws:policy/AmazonS3*']],
  ])('attaches what the stack lists %s, and refuses the rest', (_, allowedManagedPolicies) => {
    const listed = allowedManagedPolicies[0] === OWN ? OWN : S3
    const narrowed = { ...context, allowedManagedPolicies }

    expect(compilePolicies([{ arn: listed }], narrowed).managedPolicies).toEqual([listed])
    for (const arn of [`${OWN}er`, 'arn:aws:iam::aws:policy/AmazonSQSFullAccess', listed === OWN ? S3 : OWN])
      expect(() => compilePolicies([{ arn }], narrowed)).toThrow(PolicyRefused)
  })

  test('refuses resources of another partition, which could match nothing', () => {
    const statement = { Effect: 'Allow', Action: 's3:GetObject' } as const
    const withResource = (Resource: string) => [{ statements: [{ ...statement, Resource }] }]

    expect(() => compilePolicies(withResource('arn:aws-cn:s3:::a'), context)).toThrow(PolicyRefused)
    expect(compilePolicies(withResource('arn:*:s3:::a'), context).inlinePolicy).toBeDefined()
    expect(compilePolicies(withResource('*'), context).inlinePolicy).toBeDefined()
    expect(
      compilePolicies(withResource('arn:aws:s3:::a'), { ...context, partition: 'aws' }).inlinePolicy,
    ).toBeDefined()
  })

  test('refuses what IAM would not store, naming the size', () => {
    const statements = Array.from({ length: 120 }, (_, index) => ({
      Effect: 'Allow' as const,
      Action: `s3:Get${index}`,
      Resource: `arn:aws:s3:::${'b'.repeat(40)}${index}`,
    }))
    const act = () => compilePolicies([{ statements }], context)

    expect(act).toThrow(PolicyTooLarge)
    expect(act).toThrow(/^The inline policy has \d+ characters; IAM allows 10240\.$/)
  })

  test('refuses an entry that the catalogue does not have, naming those that it has', () => {
    const act = () => compilePolicies([{ catalogue: 'externaldns', parameters: {} }], context)

    expect(act).toThrow(PolicyRefused)
    expect(act).toThrow(/ external-dns, /)
  })

  test('names the parameter that is wrong', () => {
    const policies = [{ arn: S3 }, { catalogue: 'external-dns', parameters: { hostedZoneIds: ['*'] } }]

    expect(() => compilePolicies(policies, context)).toThrow(
      new InvalidInput(
        'role.policies[1].parameters.hostedZoneIds[0]: must be the ID of a hosted zone, like Z0123456789EXAMPLE',
        {
          faults: [
            {
              pointer: '/policies/1/parameters/hostedZoneIds/0',
              detail: 'must be the ID of a hosted zone, like Z0123456789EXAMPLE',
            },
          ],
        },
      ),
    )
  })
})
