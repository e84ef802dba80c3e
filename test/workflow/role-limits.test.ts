/** With none of our own checks in between: what IAM lets the function that makes roles do. */
import {
  AttachRolePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  DeletePolicyCommand,
  DeleteRoleCommand,
  DeleteRolePermissionsBoundaryCommand,
  DeleteRolePolicyCommand,
  GetRoleCommand,
  IAMClient,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  SetDefaultPolicyVersionCommand,
  TagRoleCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam'
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { REGION } from '../../cli/package-stack.ts'
import { type Pipeline, sharePipeline } from './pipeline.ts'

let pipeline: Pipeline
/** As the function settle-roles. */
let iam: IAMClient
const administrator = new IAMClient({ region: REGION })

const BOUNDARY = 'arn:aws:iam::000000000000:policy/irsa-local-boundary'
const ANOTHER_BOUNDARY = 'arn:aws:iam::aws:policy/ReadOnlyAccess'
const DOCUMENT = JSON.stringify({ Version: '2012-10-17', Statement: [] })
const TRUST = JSON.stringify({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Principal: { AWS: '000000000000' }, Action: 'sts:AssumeRole' },
})
const OURS = [
  { Key: 'irsa:stack', Value: 'irsa-local' },
  { Key: 'irsa:cluster', Value: 'restrained' },
]
const SOUND = {
  Path: '/irsa/restrained/',
  AssumeRolePolicyDocument: TRUST,
  PermissionsBoundary: BOUNDARY,
  Tags: [...OURS, { Key: 'team', Value: 'rocket' }],
}

beforeAll(async () => {
  pipeline = await sharePipeline()
  const command = new GetFunctionConfigurationCommand({ FunctionName: 'irsa-local-settle-roles' })
  const { Role = '' } = await new LambdaClient({ region: REGION }).send(command)
  const credentials = pipeline.aws.world.sts().serviceSession(Role, 'settle-roles', 'lambda.amazonaws.com')
  iam = new IAMClient({ region: REGION, credentials })
  await administrator.send(
    new CreateRoleCommand({ ...SOUND, RoleName: 'bare', PermissionsBoundary: undefined }),
  )
  await administrator.send(new CreateRoleCommand({ ...SOUND, RoleName: 'elsewhere', Path: '/' }))
  await iam.send(new CreateRoleCommand({ ...SOUND, RoleName: 'ours' }))
})

afterAll(async () => {
  for (const RoleName of ['bare', 'elsewhere', 'ours'])
    await administrator.send(new DeleteRoleCommand({ RoleName }))
  await pipeline.stop()
})

test('makes a role below the path, with the boundary', async () => {
  const { Role } = await iam.send(new GetRoleCommand({ RoleName: 'ours' }))

  expect(Role).toMatchObject({
    Arn: 'arn:aws:iam::000000000000:role/irsa/restrained/ours',
    PermissionsBoundary: { PermissionsBoundaryArn: BOUNDARY },
  })
})

const ROLE = 'arn:aws:iam::000000000000:role/irsa/restrained'

describe('is refused', () => {
  test.each<[string, string, string, () => Promise<unknown>]>([
    [
      'a role without a boundary',
      'iam:CreateRole',
      `${ROLE}/new`,
      () => iam.send(new CreateRoleCommand({ ...SOUND, RoleName: 'new', PermissionsBoundary: undefined })),
    ],
    [
      'a role with another boundary',
      'iam:CreateRole',
      `${ROLE}/new`,
      () =>
        iam.send(new CreateRoleCommand({ ...SOUND, RoleName: 'new', PermissionsBoundary: ANOTHER_BOUNDARY })),
    ],
    [
      'a role on another path',
      'iam:CreateRole',
      'arn:aws:iam::000000000000:role/new',
      () => iam.send(new CreateRoleCommand({ ...SOUND, RoleName: 'new', Path: '/' })),
    ],
    [
      'a new role with a tag that roles may not have',
      'iam:TagRole',
      `${ROLE}/new`,
      () =>
        iam.send(
          new CreateRoleCommand({
            ...SOUND,
            RoleName: 'new',
            Tags: [...OURS, { Key: 'access', Value: 'all' }],
          }),
        ),
    ],
    [
      'to take the boundary off',
      'iam:DeleteRolePermissionsBoundary',
      `${ROLE}/ours`,
      () => iam.send(new DeleteRolePermissionsBoundaryCommand({ RoleName: 'ours' })),
    ],
    [
      'to put another boundary on',
      'iam:PutRolePermissionsBoundary',
      `${ROLE}/ours`,
      () =>
        iam.send(
          new PutRolePermissionsBoundaryCommand({ RoleName: 'ours', PermissionsBoundary: ANOTHER_BOUNDARY }),
        ),
    ],
    [
      'to change what the boundary says',
      'iam:CreatePolicyVersion',
      BOUNDARY,
      () =>
        iam.send(
          new CreatePolicyVersionCommand({
            PolicyArn: BOUNDARY,
            PolicyDocument: DOCUMENT,
            SetAsDefault: true,
          }),
        ),
    ],
    [
      'to go back to what the boundary said',
      'iam:SetDefaultPolicyVersion',
      BOUNDARY,
      () => iam.send(new SetDefaultPolicyVersionCommand({ PolicyArn: BOUNDARY, VersionId: 'v1' })),
    ],
    [
      'to delete the boundary',
      'iam:DeletePolicy',
      BOUNDARY,
      () => iam.send(new DeletePolicyCommand({ PolicyArn: BOUNDARY })),
    ],
    [
      'a managed policy of an account that is not on the list',
      'iam:AttachRolePolicy',
      `${ROLE}/ours`,
      () => iam.send(new AttachRolePolicyCommand({ RoleName: 'ours', PolicyArn: BOUNDARY })),
    ],
    ...['AdministratorAccess', 'IAMFullAccess', 'PowerUserAccess'].map(
      (name): [string, string, string, () => Promise<unknown>] => [
        name,
        'iam:AttachRolePolicy',
        `${ROLE}/ours`,
        () =>
          iam.send(
            new AttachRolePolicyCommand({ RoleName: 'ours', PolicyArn: `arn:aws:iam::aws:policy/${name}` }),
          ),
      ],
    ),
    [
      'a policy on a role that has no boundary',
      'iam:PutRolePolicy',
      `${ROLE}/bare`,
      () =>
        iam.send(
          new PutRolePolicyCommand({ RoleName: 'bare', PolicyName: 'irsa', PolicyDocument: DOCUMENT }),
        ),
    ],
    [
      'to take a policy off a role that has no boundary',
      'iam:DeleteRolePolicy',
      `${ROLE}/bare`,
      () => iam.send(new DeleteRolePolicyCommand({ RoleName: 'bare', PolicyName: 'irsa' })),
    ],
    [
      'the trust of a role on another path',
      'iam:UpdateAssumeRolePolicy',
      'arn:aws:iam::000000000000:role/elsewhere',
      () => iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: 'elsewhere', PolicyDocument: TRUST })),
    ],
    [
      'a tag that roles may not have',
      'iam:TagRole',
      `${ROLE}/ours`,
      () => iam.send(new TagRoleCommand({ RoleName: 'ours', Tags: [{ Key: 'access', Value: 'all' }] })),
    ],
    [
      'to say that a role is of another cluster',
      'iam:TagRole',
      `${ROLE}/ours`,
      () =>
        iam.send(new TagRoleCommand({ RoleName: 'ours', Tags: [{ Key: 'irsa:cluster', Value: 'other' }] })),
    ],
    [
      'to say that a role is nobody’s',
      'iam:UntagRole',
      `${ROLE}/ours`,
      () => iam.send(new UntagRoleCommand({ RoleName: 'ours', TagKeys: ['irsa:stack'] })),
    ],
  ])('%s', async (_, action, resource, act) => {
    const error: unknown = await act().catch((thrown: unknown) => thrown)

    expect(error).toMatchObject({ name: expect.stringMatching(/^AccessDenied/) })
    expect(String(error)).toContain(`not authorized to perform: ${action} on resource: `)
    expect(String(error)).toContain(resource)
  })
})
