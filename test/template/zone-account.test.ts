/** Accounts that have hosted zones for the stack: their template gives no more and no less than the stack's own policies do. */
import { beforeAll, describe, expect, test } from 'vitest'
import {
  READS_RECORDS,
  WRITES_ALIASES,
  WRITES_VALIDATION_RECORDS,
  type ZoneUse,
} from '../../lib/aws/zone-sessions.ts'
import { type Packaged, readPackaged, readZoneTemplate, type Statement, statementsOf } from './packaged.ts'

const { resources, parameters } = readZoneTemplate()
const given = statementsOf(resources.ZonesRole)
let packaged: Packaged

beforeAll(async () => {
  packaged = await readPackaged()
})

/** By its Sid, so that each is one line below. */
function statementOf(statements: readonly Statement[], sid: string): Omit<Statement, 'Sid'> {
  const { Sid: _, ...found } = statements.find(({ Sid }) => Sid === sid) ?? { Effect: 'none', Action: [] }
  return found
}

function ofStack(logicalId: string): Statement[] {
  const resource = packaged.resources[logicalId]
  if (resource === undefined) throw new Error(`the stack has no ${logicalId}`)
  return statementsOf(resource).filter(({ Action }) => JSON.stringify(Action).includes('route53:'))
}

/** The stack's own role has all zones of its account in local mode. */
const inZones = (statement: Omit<Statement, 'Sid'>) => ({ ...statement, Resource: { Ref: 'HostedZones' } })

describe('the role', () => {
  test('may do of Route 53 what the functions may in the stack’s account, under the same conditions', () => {
    const [certificate, alias] = [ofStack('CertificateRole'), ofStack('AliasRole')]

    expect(given.map(({ Sid }) => Sid)).toEqual([
      'ReadZones',
      'ReadRecords',
      'Aliases',
      'ValidationRecords',
      'ReadChanges',
    ])
    expect(statementOf(given, 'ReadZones')).toEqual(statementOf(alias, 'ReadZones'))
    expect(statementOf(given, 'ReadRecords')).toEqual(inZones(statementOf(alias, 'ReadRecords')))
    expect(statementOf(given, 'Aliases')).toEqual(inZones(statementOf(alias, 'Records')))
    expect(statementOf(given, 'ValidationRecords')).toEqual(inZones(statementOf(certificate, 'Records')))
    expect(statementOf(given, 'ReadChanges')).toEqual(statementOf(alias, 'ReadChanges'))
  })

  test('may be assumed by the roles of three functions only, with the external ID, from the organization if there is one', () => {
    const names = ['CertificateRole', 'AliasRole', 'FindDriftRole'].map((logicalId) =>
      String(packaged.resources[logicalId]?.Properties.RoleName).replace('local', '${Stage}'),
    )

    expect(resources.ZonesRole.Properties.AssumeRolePolicyDocument).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'CertificateAliasAndAuditFunctions',
          Effect: 'Allow',
          Principal: { AWS: { 'Fn::Sub': 'arn:${AWS::Partition}:iam::${StackAccountId}:root' } },
          Action: 'sts:AssumeRole',
          Condition: {
            ArnEquals: {
              'aws:PrincipalArn': names.map((name) => ({
                'Fn::Sub': `arn:\${AWS::Partition}:iam::\${StackAccountId}:role/${name}`,
              })),
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

  test('is assumed by nobody else of the stack, and no other role of these accounts is', () => {
    const assuming = packaged.ofType('AWS::IAM::Role').flatMap(([logicalId, resource]) =>
      statementsOf(resource)
        .filter(({ Resource }) => JSON.stringify(Resource).includes('-zones'))
        .map(({ Sid: _, ...statement }) => ({ logicalId, ...statement })),
    )

    expect(assuming).toEqual(
      ['CertificateRole', 'AliasRole', 'FindDriftRole'].map((logicalId) => ({
        logicalId,
        Effect: 'Allow',
        Action: 'sts:AssumeRole',
        Resource: [{ 'Fn::Sub': 'arn:${AWS::Partition}:iam::666677778888:role/irsa-local-zones' }],
      })),
    )
  })
})

test.each<[string, ZoneUse]>([
  ['CertificateRole', WRITES_VALIDATION_RECORDS],
  ['AliasRole', WRITES_ALIASES],
  ['FindDriftRole', READS_RECORDS],
])('a session of %s may do in one zone what that role may in its own account', (logicalId, { allows }) => {
  const arn = 'arn:aws:route53:::hostedzone/Z1'
  const own = ofStack(logicalId).map(({ Sid: _, Effect, Resource, ...rest }) => {
    const isOfZones = JSON.stringify(Resource).includes('hostedzone/')
    const plain = JSON.parse(JSON.stringify(Resource).replace('${AWS::Partition}', 'aws'))
    // One line of the audit's is for the lists of other services, too.
    const Action = [rest.Action].flat().filter((action) => action.startsWith('route53:'))
    return { ...rest, Action: Action.join(), Resource: isOfZones ? arn : (plain['Fn::Sub'] ?? plain) }
  })

  expect(allows({ arn, partition: 'aws' }, { adoptedBuckets: ['one'] })).toEqual(own)
})

test('a session writes CNAMEs for hosts only where the stack takes over what others made', () => {
  const types = (adoptedBuckets: string[]) =>
    JSON.stringify(WRITES_ALIASES.allows({ arn: 'arn', partition: 'aws' }, { adoptedBuckets }))

  expect(types(['one'])).toContain('["A","AAAA","CNAME"]')
  expect(types([])).toContain('["A","AAAA"]')
})

test('the external ID is not shown', () => {
  expect(parameters.ExternalId).toMatchObject({ NoEcho: true })
})
