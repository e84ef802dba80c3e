import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { IrsaError } from '../../../../lib/errors.ts'
import { KNOWN_ACTIONS } from '../../../../lib/policy/guard-rails/known-actions.ts'
import { guardRailFindings } from '../../../../lib/policy/guard-rails.ts'
import { parseRoleRequest } from '../../../../lib/policy/request.ts'
import { STACK } from '../../resources/golem.ts'
import { aRoleRequestInput } from '../arbitrary-request.ts'
import { allowing, CONTEXT, findingsOf, found, QUEUE } from './fixture.ts'

const ACTION = '/policies/0/statements/0/Action'
const RESOURCE = '/policies/0/statements/0/Resource'

describe('guardRailFindings', () => {
  test.each([
    ['actions on a resource', allowing(['sqs:ReceiveMessage', 'sqs:DeleteMessage'])],
    ['the beginning of an action', allowing('s3:Get*', 'arn:aws:s3:::bucket/*')],
    ['what describes and lists, on everything', allowing(['ec2:Describe*', 's3:ListAllMyBuckets'], '*')],
    ['what takes no resource, on everything', allowing(['cloudwatch:PutMetricData'], '*')],
    [
      'reading IAM',
      allowing(['iam:Get*', 'iam:List*', 'iam:SimulatePrincipalPolicy'], 'arn:aws:iam::*:role/a'),
    ],
    [
      'a service-linked role',
      allowing('iam:CreateServiceLinkedRole', 'arn:aws:iam::111122223333:role/aws-service-role/*'),
    ],
    ['an entry of the catalogue with wildcards of its own', { policies: [{ catalogue: 'ebs-csi-driver' }] }],
    [
      'a managed policy that reads',
      { policies: [{ arn: 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess' }] },
    ],
    [
      'denials, whatever they name',
      {
        policies: [
          { statements: [{ Effect: 'Deny', NotAction: 'iam:*', NotResource: 'arn:aws:s3:::irsa-dev-x' }] },
        ],
      },
    ],
  ])('finds nothing in %s', (_, content) => {
    expect(found(content)).toEqual([])
  })

  test.each<[string, string | string[], string | string[], string]>([
    ['iam:CreateUser', 'iam:CreateUser', 'x', `${ACTION} ChangesIdentities refused`],
    ['it in another case', 'IAM:createuser', 'x', `${ACTION} ChangesIdentities refused`],
    ['it by a wildcard inside', 'iam:*User', 'x', `${ACTION} ChangesIdentities refused`],
    [
      'it by a question mark',
      ['sqs:SendMessage', 'iam:?reateUser'],
      'x',
      `${ACTION}/1 ChangesIdentities refused`,
    ],
    ['organizations', 'organizations:Describe*', 'x', `${ACTION} GovernsAccounts refused`],
    ['the account', 'account:PutContactInformation', 'x', `${ACTION} GovernsAccounts refused`],
    ['any role passed', 'iam:Pass*', '*', `${RESOURCE} PassesAnyRole refused`],
    [
      'a role passed by a variable',
      'iam:PassRole',
      'arn:aws:iam::111122223333:role/${aws:userid}',
      `${RESOURCE} PassesAnyRole refused`,
    ],
    [
      'a role passed',
      'iam:PassRole',
      ['arn:aws:iam::111122223333:role/a'],
      `${RESOURCE}/0 PassesRole needs-approval`,
    ],
    ['any role assumed', 'sts:AssumeRole', '*', `${RESOURCE} AssumesAnyRole refused`],
    [
      'any role of an account assumed',
      'sts:Assume*',
      'arn:aws:iam::111122223333:role/*',
      `${RESOURCE} AssumesAnyRole refused`,
    ],
    [
      'a role of any account assumed',
      'sts:AssumeRole',
      'arn:aws:iam::*:role/reader',
      `${RESOURCE} AssumesAnyRole refused`,
    ],
    [
      'roles of a path assumed',
      'sts:AssumeRole',
      'arn:aws:iam::111122223333:role/team/*',
      `${RESOURCE} AssumesRole needs-approval`,
    ],
    [
      'a role of the stack assumed',
      'sts:AssumeRole',
      'arn:aws:iam::444455556666:role/irsa-dev-provisioner',
      `${RESOURCE} NamesOwnResources refused`,
    ],
    ['code of functions', 'lambda:UpdateFunctionC*', 'x', `${ACTION} RunsCodeAsOthers needs-approval`],
    ['commands on instances', 'ssm:SendCommand', 'x', `${ACTION} RunsCodeAsOthers needs-approval`],
    [
      'a bucket’s policy, as one of what is put',
      's3:Put*',
      'arn:aws:s3:::bucket',
      `${ACTION} OpensResources needs-approval`,
    ],
    ['a key’s grants', 'kms:CreateGrant', 'x', `${ACTION} OpensResources needs-approval`],
    [
      'the policy of a resource of any service',
      'kinesis:PutResourcePolicy',
      'x',
      `${ACTION} OpensResources needs-approval`,
    ],
    ['permissions of functions', 'lambda:AddPermission', 'x', `${ACTION} OpensResources needs-approval`],
    ['access to clusters', 'eks:CreateAccessEntry', 'x', `${ACTION} OpensWaysIn needs-approval`],
    ['the trail', 'cloudtrail:StopLogging', 'x', `${ACTION} StopsAuditing needs-approval`],
    ['a whole service', 'sns:*', 'x', `${ACTION} ServiceWideWildcard needs-approval`],
    ['a whole service, spelt otherwise', 'sns:?*', 'x', `${ACTION} ServiceWideWildcard needs-approval`],
    [
      'everything as a resource',
      ['s3:ListBucket', 's3:GetObject'],
      '*',
      `${RESOURCE} ResourceWildcard needs-approval`,
    ],
    [
      'every bucket',
      's3:GetObject',
      ['arn:aws:s3:::a/*', 'arn:aws:s3:::*/*'],
      `${RESOURCE}/1 ResourceWildcard needs-approval`,
    ],
    [
      'a bucket that a variable names',
      's3:GetObject',
      'arn:aws:s3:::${aws:userid}/a',
      `${RESOURCE} ResourceWildcard needs-approval`,
    ],
    [
      'every secret',
      'secretsmanager:GetSecretValue',
      'arn:aws:secretsmanager:*:111122223333:secret:*',
      `${RESOURCE} ResourceWildcard needs-approval`,
    ],
    [
      'a resource of any service',
      'sqs:SendMessage',
      'arn:aws:*:::name',
      `${RESOURCE} ResourceWildcard needs-approval`,
    ],
    [
      'another account’s queue',
      'sqs:SendMessage',
      'arn:aws:sqs:eu-central-1:444455556666:ledger',
      `${RESOURCE} OtherAccount needs-approval`,
    ],
    [
      'the registry',
      'dynamodb:GetItem',
      'arn:aws:dynamodb:*:000000000000:table/irsa-dev-Registry-1',
      `${RESOURCE} NamesOwnResources refused`,
    ],
    [
      'an issuer’s documents',
      's3:GetObject',
      'arn:aws:s3:::irsa-dev-golem-*/*',
      `${RESOURCE} NamesOwnResources refused`,
    ],
  ])('finds %s', (_, action, resource, expected) => {
    const resources = resource === 'x' ? 'arn:aws:x:eu-central-1:111122223333:name' : resource

    expect(found(allowing(action, resources))).toContain(expected)
  })

  test('finds everything that is in one pattern', () => {
    expect(found(allowing('iam:*', '*'))).toEqual([
      `${ACTION} ServiceWideWildcard needs-approval`,
      `${ACTION} ChangesIdentities refused`,
      `${ACTION} OpensResources needs-approval`,
      `${RESOURCE} ResourceWildcard needs-approval`,
      `${RESOURCE} PassesAnyRole refused`,
    ])
  })

  test('finds what is dangerous only together, in whatever statements it is', () => {
    const content = {
      policies: [
        {
          statements: [
            {
              Effect: 'Allow',
              Action: 'lambda:CreateFun??ion',
              Resource: 'arn:aws:lambda:*:111122223333:function:a',
            },
          ],
        },
        {
          statements: [
            { Effect: 'Allow', Action: 'iam:PassRole', Resource: 'arn:aws:iam::111122223333:role/a' },
          ],
        },
      ],
    }

    expect(found(content)).toEqual([
      '/policies/0/statements/0/Action PassesRoleToCompute needs-approval',
      '/policies/1/statements/0/Resource PassesRole needs-approval',
    ])
    expect(found({ policies: content.policies.slice(0, 1) })).toEqual([])
  })

  test('refuses managed policies that are never attached, and asks about those for whole services', () => {
    const names = ['AdministratorAccess', 'AmazonS3FullAccess', 'AmazonS3ReadOnlyAccess']

    expect(found({ policies: names.map((name) => ({ arn: `arn:aws:iam::aws:policy/${name}` })) })).toEqual([
      '/policies/0/arn ManagedPolicyNotAllowed refused',
      '/policies/1/arn WideManagedPolicy needs-approval',
    ])
  })

  test('looks at what an entry of the catalogue is told to use', () => {
    const parameters = { queueArns: ['arn:aws:sqs:eu-central-1:000000000000:irsa-dev-dead-letters', QUEUE] }

    expect(found({ policies: [{ catalogue: 'sqs-consumer', parameters }] })).toEqual([
      '/policies/0/parameters NamesOwnResources refused',
    ])
  })

  test('says what is allowed, and which known action it is, but no value of the request', () => {
    const [finding] = findingsOf(allowing('iam:CreateUse?', 'arn:aws:iam::111122223333:user/secret'))

    expect(finding).toEqual({
      rule: 'ChangesIdentities',
      severity: 'refused',
      pointer: ACTION,
      message:
        'changes users, roles, policies or providers, which the permissions boundary denies: iam:Create*',
      allowed: 'of iam: actions that read, PassRole and CreateServiceLinkedRole',
    })
  })

  test('lists places in the order of the request', () => {
    const statements = Array.from({ length: 11 }, () => ({
      Effect: 'Allow',
      Action: 'sns:AddPermission',
      Resource: 'arn:aws:sns:::a',
    }))

    expect(findingsOf({ policies: [{ statements }] }).map(({ pointer }) => pointer)).toEqual(
      statements.map((_, index) => `/policies/0/statements/${index}/Action`),
    )
  })
})

describe('whatever is asked for', () => {
  test('is judged, or refused as one of ours', () => {
    fc.assert(
      fc.property(aRoleRequestInput, (input) => {
        try {
          const findings = guardRailFindings(parseRoleRequest(input), CONTEXT, STACK)
          for (const { pointer } of findings) expect(valueAt(input, pointer)).toBeDefined()
        } catch (error) {
          expect(error).toBeInstanceOf(IrsaError)
        }
      }),
    )
  })

  test('no spelling with wildcards hides an action that is known', () => {
    const known = KNOWN_ACTIONS.flatMap(({ rule, actions }) =>
      actions.map((action) => ({ rule, action: action.replace(/^\*:/, 'sns:').replaceAll('*', 'Thing') })),
    )

    fc.assert(
      fc.property(
        fc.constantFrom(...known),
        fc.infiniteStream(fc.constantFrom('keep', '?', '*', 'up', 'low')),
        (one, how) => {
          const [service = '', name = ''] = one.action.split(':')
          const spelt = [...name].map((letter) => spelling(letter, how.next().value)).join('')

          expect(findingsOf(allowing(`${service}:${spelt}`)).map(({ rule }) => rule)).toContain(one.rule)
        },
      ),
    )
  })
})

function spelling(letter: string, how: string): string {
  if (how === 'up') return letter.toUpperCase()
  if (how === 'low') return letter.toLowerCase()
  return how === 'keep' ? letter : how
}

function valueAt(input: unknown, pointer: string): unknown {
  return pointer
    .split('/')
    .slice(1)
    .reduce<unknown>((value, step) => Object(value)[step.replaceAll('~1', '/').replaceAll('~0', '~')], input)
}
