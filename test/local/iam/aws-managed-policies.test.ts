import type { GetPolicyResponse } from '@aws-sdk/client-iam'
import { describe, expect, test } from 'vitest'
import { awsManagedPolicies } from '../../../local/iam/aws-managed-policies.ts'
import { iamFixture, trust } from './iam.ts'

describe("a policy of AWS's own", () => {
  test.each([
    'AmazonDynamoDBReadOnlyAccess',
    'service-role/AmazonEBSCSIDriverPolicy',
    'PowerUserAccess',
    'SecurityAudit',
  ])('%s is there and can be attached', async (name) => {
    const { run } = iamFixture()
    const PolicyArn = `arn:aws:iam::aws:policy/${name}`
    await run('CreateRole', { RoleName: 'reader', AssumeRolePolicyDocument: trust })

    await run('AttachRolePolicy', { RoleName: 'reader', PolicyArn })

    const { Policy } = (await run('GetPolicy', { PolicyArn })) as GetPolicyResponse
    expect(Policy).toMatchObject({ Arn: PolicyArn, AttachmentCount: 1, DefaultVersionId: expect.any(String) })
  })

  test('has an id, a name and a readable document, each its own', () => {
    const policies = awsManagedPolicies('aws-cn')

    expect(new Set(policies.map(({ id }) => id)).size).toBe(policies.length)
    for (const { arn, id, versions, defaultVersion } of policies) {
      expect(arn).toMatch(/^arn:aws-cn:iam::aws:policy\//)
      expect(id).toMatch(/^ANPA[A-Z0-9]{17}$/)
      expect(versions.has(defaultVersion)).toBe(true)
    }
  })

  test('that reads only does not write', () => {
    const reading = awsManagedPolicies('aws').filter(({ name }) => /ReadOnly|SecurityAudit/.test(name))
    const texts = reading.flatMap(({ versions }) => [...versions.values()].map((one) => one.document.text))

    expect(texts.length).toBeGreaterThan(9)
    for (const text of texts) expect(text).not.toMatch(/:(\*|Put|Create|Delete|Update|GetSecretValue)/)
  })

  test.each([
    ['as a policy', 'GetPolicy', {}],
    ['to be attached', 'AttachRolePolicy', { RoleName: 'reader' }],
  ])(
    'that local mode does not have is refused %s with where to find those that it has',
    async (_, name, input) => {
      const { run } = iamFixture()
      await run('CreateRole', { RoleName: 'reader', AssumeRolePolicyDocument: trust })

      const refused = run(name, { ...input, PolicyArn: 'arn:aws:iam::aws:policy/AmazonRareAccess' })

      await expect(refused).rejects.toMatchObject({
        code: 'NoSuchEntity',
        message: expect.stringMatching(
          /AmazonRareAccess does not exist .* aws iam list-policies --scope AWS$/,
        ),
      })
    },
  )
})
