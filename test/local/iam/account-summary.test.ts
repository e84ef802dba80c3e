import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CreatePolicyCommand,
  CreateRoleCommand,
  GetAccountSummaryCommand,
  IAMClient,
  ListEntitiesForPolicyCommand,
  ListInstanceProfilesForRoleCommand,
  NoSuchEntityException,
} from '@aws-sdk/client-iam'
import { expect, onTestFinished, test } from 'vitest'
import { startLocalAws } from '../../../local/aws.ts'
import { iamFixture, permission, trust } from './iam.ts'

test('the summary of an account that has nothing is of nothing, with the quotas that hold', async () => {
  const { run } = iamFixture()

  expect(await run('GetAccountSummary', {})).toEqual({
    SummaryMap: {
      Roles: 0,
      RolesQuota: 1000,
      RolePolicySizeQuota: 10_240,
      AssumeRolePolicySizeQuota: 2048,
      AttachedPoliciesPerRoleQuota: 20,
      Policies: 0,
      PoliciesQuota: 1500,
      PolicySizeQuota: 6144,
      PolicyVersionsInUse: 0,
      VersionsPerPolicyQuota: 5,
      Providers: 0,
      Users: 0,
      Groups: 0,
      InstanceProfiles: 0,
      ServerCertificates: 0,
      MFADevices: 0,
      MFADevicesInUse: 0,
      AccountAccessKeysPresent: 0,
      AccountMFAEnabled: 0,
      AccountPasswordPresent: 0,
      AccountSigningCertificatesPresent: 0,
    },
  })
})

test('the summary counts what the account has, and not what another has', async () => {
  const { run } = iamFixture()
  await run('CreateRole', { RoleName: 'a', AssumeRolePolicyDocument: trust })
  await run('CreateRole', { RoleName: 'b', AssumeRolePolicyDocument: trust })
  await run('CreateRole', { RoleName: 'c', AssumeRolePolicyDocument: trust }, '111111111111')
  const { Policy } = (await run('CreatePolicy', { PolicyName: 'own', PolicyDocument: permission })) as {
    Policy: { Arn: string }
  }
  await run('CreatePolicyVersion', { PolicyArn: Policy.Arn, PolicyDocument: permission })
  await run('CreateOpenIDConnectProvider', { Url: 'https://irsa.example.com/blue' })

  expect(await run('GetAccountSummary', {})).toMatchObject({
    SummaryMap: { Roles: 2, Policies: 1, PolicyVersionsInUse: 2, Providers: 1 },
  })
})

test('the summary has quotas as far as they have been raised', async () => {
  const { quotas, run } = iamFixture()
  quotas.raise('iam:roles', 5000)
  quotas.raise('iam:trust-policy-characters', 4096)
  quotas.raise('iam:managed-policies-per-role', 25)

  expect(await run('GetAccountSummary', {})).toMatchObject({
    SummaryMap: { RolesQuota: 5000, AssumeRolePolicySizeQuota: 4096, AttachedPoliciesPerRoleQuota: 25 },
  })
})

test('IAM is asked about no resource for it: AWS has none', () => {
  const { asks } = iamFixture()

  expect(asks('GetAccountSummary', {})).toEqual([{ action: 'iam:GetAccountSummary', resource: '*' }])
})

test('SDK clients read summary, entities and instance profiles', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'local-iam-'))
  const { endpoint, stop } = await startLocalAws({ speed: 1000, directory })
  onTestFinished(async () => {
    await stop()
    rmSync(directory, { recursive: true })
  })
  const credentials = { accessKeyId: 'local', secretAccessKey: 'secret' }
  const client = new IAMClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 })
  const made = await client.send(new CreatePolicyCommand({ PolicyName: 'own', PolicyDocument: permission }))
  const PolicyArn = made.Policy?.Arn ?? ''
  const RoleName = 'bounded'
  await client.send(
    new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust, PermissionsBoundary: PolicyArn }),
  )

  expect((await client.send(new GetAccountSummaryCommand({}))).SummaryMap).toMatchObject({
    Roles: 1,
    RolesQuota: 1000,
    Users: 0,
  })
  expect(await client.send(new ListEntitiesForPolicyCommand({ PolicyArn }))).toMatchObject({
    PolicyRoles: [{ RoleName, RoleId: expect.stringMatching(/^AROA/) }],
    PolicyUsers: [],
    PolicyGroups: [],
    IsTruncated: false,
  })
  expect(await client.send(new ListInstanceProfilesForRoleCommand({ RoleName }))).toMatchObject({
    InstanceProfiles: [],
  })
  await expect(
    client.send(new ListInstanceProfilesForRoleCommand({ RoleName: 'none' })),
  ).rejects.toBeInstanceOf(NoSuchEntityException)
})
