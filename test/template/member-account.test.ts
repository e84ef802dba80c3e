/** Accounts other than the stack's: their template gives no more and no less than the stack's own policies do. */
import { beforeAll, describe, expect, test } from 'vitest'
import {
  INSPECTS,
  LISTS,
  PROVISIONS_PROVIDERS,
  PROVISIONS_ROLES,
  type Provisioning,
} from '../../lib/aws/provisioner.ts'
import {
  type Packaged,
  type Resource,
  readMemberTemplate,
  readPackaged,
  type Statement,
  statementsOf,
} from './packaged.ts'

const { resources, parameters } = readMemberTemplate()
let packaged: Packaged

beforeAll(async () => {
  packaged = await readPackaged()
})

function stack(logicalId: string): Resource {
  const resource = packaged.resources[logicalId]
  if (resource === undefined) throw new Error(`the stack has no ${logicalId}`)
  return resource
}

/** What the stack has fixed when it was packaged, by the member template's parameter. */
const FIXED: Readonly<Record<string, unknown>> = {
  Stage: 'local',
  RolePath: '/irsa/',
  RoleTagKeys: 'team',
  ManagedPolicies: { 'Fn::Split': [',', 'arn:${AWS::Partition}:iam::aws:policy/*'] },
  PassableRoles: { 'Fn::Split': [',', 'arn:${AWS::Partition}:iam::000000000000:role/none'] },
}

/** The same in both templates where they mean the same; `AccountOfTheStack` and `AccountOfTheRole` for their accounts. */
function meaning(value: unknown, accounts: Readonly<Record<string, string>>): unknown {
  const named: Readonly<Record<string, unknown>> = { ...FIXED, ...accounts }
  if (Array.isArray(value)) return value.map((item) => meaning(item, accounts))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value)
  const [[name, argument] = ['', undefined]] = entries
  if (name === 'Ref' && typeof argument === 'string') return named[argument] ?? value
  if (name === 'Fn::Sub' && typeof argument === 'string')
    return argument.replaceAll(/\$\{([\w:]+)\}/g, (whole, key: string) => String(named[key] ?? whole))
  return Object.fromEntries(entries.map(([key, item]) => [key, meaning(item, accounts)]))
}

const IN_MEMBER = { StackAccountId: 'AccountOfTheStack', 'AWS::AccountId': 'AccountOfTheRole' }

/** Of the functions that make something in a member account, and of all that it lets in. */
const FUNCTION_ROLES = ['ProviderRole', 'SettleRolesRole'] as const
const ASSUMING_ROLES = [...FUNCTION_ROLES, 'FindDriftRole', 'FindOrphansRole'] as const

function ofIam(logicalId: string): Statement[] {
  return statementsOf(stack(logicalId)).filter(({ Action }) =>
    [Action].flat().some((action) => action.startsWith('iam:')),
  )
}

describe('the boundary', () => {
  test('is the stack’s, under the same name, but for buckets that only roles of the stack’s account could reach', () => {
    const { Properties } = stack('Boundary')
    const { Statement, ...document } = Properties.PolicyDocument as { readonly Statement: readonly object[] }
    const shared = Statement.filter((one) => !('Sid' in one && one.Sid === 'NoAdoptedBuckets'))
    const common = { ...Properties, PolicyDocument: { ...document, Statement: shared } }

    expect(shared).toHaveLength(Statement.length - 1)
    expect(meaning(resources.Boundary.Properties, IN_MEMBER)).toEqual(
      meaning(common, { 'AWS::AccountId': 'AccountOfTheStack' }),
    )
  })
})

describe('the provisioner role', () => {
  test('may do what the functions may in the stack’s account, under the same conditions', () => {
    const making = FUNCTION_ROLES.flatMap(ofIam)
    const listing = ofIam('FindOrphansRole').filter(({ Sid }) => !making.some((one) => one.Sid === Sid))
    const own = [...making, ...listing]

    expect(own.length).toBeGreaterThan(0)
    expect(meaning(statementsOf(resources.ProvisionerRole), IN_MEMBER)).toEqual(
      meaning(own, { 'AWS::AccountId': 'AccountOfTheRole' }),
    )
  })

  test('may be assumed by the roles of these functions and the audit’s only, with the external ID, from the organization if there is one', () => {
    const names = ASSUMING_ROLES.map((logicalId) => stack(logicalId).Properties.RoleName)

    expect(meaning(resources.ProvisionerRole.Properties.AssumeRolePolicyDocument, IN_MEMBER)).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'ProviderRoleAndAuditFunctions',
          Effect: 'Allow',
          Principal: { AWS: 'arn:${AWS::Partition}:iam::AccountOfTheStack:root' },
          Action: 'sts:AssumeRole',
          Condition: {
            ArnEquals: {
              'aws:PrincipalArn': names.map(
                (name) => `arn:\${AWS::Partition}:iam::AccountOfTheStack:role/${name}`,
              ),
            },
            StringEquals: {
              'sts:ExternalId': { Ref: 'ExternalId' },
              'aws:PrincipalOrgID': {
                'Fn::If': ['HasOrganization', { Ref: 'OrganizationId' }, { Ref: 'AWS::NoValue' }],
              },
            },
          },
        },
      ],
    })
  })

  test('is not below the path: no session of it reaches it', () => {
    expect(resources.ProvisionerRole.Properties).not.toHaveProperty('Path')
    expect(parameters.RolePath?.AllowedPattern).toBe('/([\\w+=,.@-]+/)+')
  })
})

test.each([
  ['FindDriftRole', INSPECTS],
  ['FindOrphansRole', LISTS],
])('a session of the audit looks, and no more: %s', (logicalId, provisioning) => {
  const actions = Object.values(provisioning.allows({ rolePath: '/irsa/' })).flat()

  expect(actions.filter((action) => !/^iam:(Get|List)/.test(action))).toEqual([])
  const given = statementsOf(stack(logicalId)).flatMap(({ Action }) => Action)
  const writing = given.filter((action) => !/:(Get|List|Describe)|^(logs|xray):/.test(action))
  expect([...new Set(writing)].toSorted()).toEqual([
    'dynamodb:DeleteItem',
    'dynamodb:PutItem',
    'dynamodb:Query',
    'events:PutEvents',
    'sts:AssumeRole',
  ])
})

describe('a session of the provisioner role', () => {
  test.each<[string, Provisioning]>([
    ['ProviderRole', PROVISIONS_PROVIDERS],
    ['SettleRolesRole', PROVISIONS_ROLES],
    ['FindDriftRole', INSPECTS],
    ['FindOrphansRole', LISTS],
  ])('of %s may do what that role may in its own account', (logicalId, provisioning) => {
    const given = ofIam(logicalId)
      .filter(({ Effect }) => Effect === 'Allow')
      .map((statement) => meaning(statement, { 'AWS::AccountId': '' }) as Statement)
    const byResource = Map.groupBy(given, ({ Resource }) => String(Resource).replace(/^.*:iam::+/, ''))
    const actions = [...byResource].map(([resource, statements]) => {
      const all = statements.flatMap(({ Action }) => Action)
      return [resource, [...new Set(all)].toSorted()] as const
    })

    expect(provisioning.allows({ rolePath: '/irsa/' })).toEqual(Object.fromEntries(actions))
  })
})

describe('the stack', () => {
  test('lets these functions assume provisioner roles, and nobody assume anything else but who writes shared documents, or records', () => {
    const assuming = packaged.ofType('AWS::IAM::Role').flatMap(([logicalId, resource]) =>
      statementsOf(resource)
        .filter(({ Action }) => JSON.stringify(Action).includes('sts:'))
        .filter(({ Sid }) => Sid !== 'SharedDocuments' && Sid !== 'ZonesOfOtherAccounts')
        .map(({ Effect, Action, Resource }) => ({ logicalId, Effect, Action, Resource })),
    )

    expect(assuming.toSorted((one, other) => (one.logicalId < other.logicalId ? -1 : 1))).toEqual(
      ASSUMING_ROLES.toSorted().map((logicalId) => ({
        logicalId,
        Effect: 'Allow',
        Action: 'sts:AssumeRole',
        Resource: { 'Fn::Sub': 'arn:${AWS::Partition}:iam::*:role/irsa-local-provisioner' },
      })),
    )
  })

  test('tells its external ID to these functions, to those that write records, and to nobody else', () => {
    const told = Object.entries(packaged.resources)
      .filter(([, resource]) => JSON.stringify(resource).includes('local-mode'))
      .map(([, { Properties }]) => Properties.FunctionName)

    expect(told.toSorted()).toEqual([
      'irsa-local-alias',
      'irsa-local-certificate',
      'irsa-local-find-drift',
      'irsa-local-find-orphans',
      'irsa-local-provider',
      'irsa-local-settle-roles',
    ])
  })
})

test('the external ID of a member account is not shown', () => {
  expect(parameters.ExternalId).toMatchObject({ NoEcho: true })
})
