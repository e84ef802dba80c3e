/** What the roles of the stack's functions and workflows are given, and what of it the embedded AWS saw used. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { STAGE } from '../../cli/package-stack.ts'
import type { Grant } from '../../local/policy/grants.ts'
import {
  type Resource,
  readMemberTemplate,
  readPackaged,
  readZoneTemplate,
  statementsOf,
} from '../template/packaged.ts'

/** One action of one statement of one role. */
export interface Permission {
  /** As the template calls the role. */
  readonly role: string
  readonly sid: string
  readonly action: string
}

export type Roles = readonly (readonly [logicalId: string, role: Resource])[]

/** Of the stack, and of the templates for other accounts. */
export async function everyRole(): Promise<Roles> {
  const packaged = await readPackaged()
  const { ProvisionerRole } = readMemberTemplate().resources
  const { ZonesRole } = readZoneTemplate().resources
  return [
    ...packaged.ofType('AWS::IAM::Role'),
    ['ProvisionerRole', ProvisionerRole],
    ['ZonesRole', ZonesRole],
  ]
}

export function givenPermissions(roles: Roles): Permission[] {
  return roles.flatMap(([role, resource]) =>
    statementsOf(resource)
      .filter(({ Effect }) => Effect === 'Allow')
      .flatMap(({ Sid: sid = '', Action }) => [Action].flat().map((action) => ({ role, sid, action }))),
  )
}

/** From what the tests have left in the directory. */
export function usedPermissions(directory: string, roles: Roles): Permission[] {
  const grants = readdirSync(directory).flatMap(
    (file) => JSON.parse(readFileSync(join(directory, file), 'utf8')) as Grant[],
  )
  return grants.flatMap(({ roleName, sid, action }) => {
    const role = logicalIdOf(roleName, roles)
    return role === undefined ? [] : { role, sid, action }
  })
}

/** CloudFormation names roles <stack>-<logical ID>-<random>, unless the template does. */
export function logicalIdOf(roleName: string, roles: Roles): string | undefined {
  const named = roles.find(([, { Properties }]) => nameIn(Properties) === roleName)
  if (named !== undefined) return named[0]
  return /^irsa-local-(\w+)-[A-Z0-9]+$/.exec(roleName)?.[1]
}

function nameIn({ RoleName }: Resource['Properties']): unknown {
  const isOfStage = typeof RoleName === 'object' && RoleName !== null && 'Fn::Sub' in RoleName
  return isOfStage ? String(RoleName['Fn::Sub']).replace('${Stage}', STAGE) : RoleName
}

export function nameOf({ role, sid, action }: Permission): string {
  return `${role} ${sid} ${action}`
}

export function explanationOf(permission: Permission): string | undefined {
  return EXPLAINED.find(([pattern]) => pattern.test(nameOf(permission)))?.[1]
}

/** What the suite does not come to, or by chance only. */
const EXPLAINED: readonly (readonly [pattern: RegExp, explanation: string])[] = [
  [
    / Logs logs:| LogDelivery logs:/,
    'CloudWatch Logs is not in local mode; every function and workflow writes logs',
  ],
  [/ Traces xray:/, 'X-Ray is not in local mode; every function and workflow is traced'],
  [/ ListStreams dynamodb:ListStreams$/, 'Lambda asks for it when the mapping is made'],
  [/ StreamFailures sqs:SendMessage$/, 'for records that could not be handed over in five attempts'],
  [/ s3:PutEncryptionConfiguration$/, 'local mode has no other encryption that could be mended'],
  [/ RoleExecutions states:DescribeExecution$/, 'for a name of an execution that is taken'],
  [
    /^AliasRole ListDistributions |^FindDriftRole Lists cloudfront:/,
    'for a recorded distribution that is gone',
  ],
  [
    /^FindDriftRole Read(Adopted)?Buckets s3:ListBucket$/,
    'for a document that is gone: without it S3 answers 403',
  ],
  [
    /^AdoptRole Registry dynamodb:DeleteItem$/,
    'for two events at once that give a cluster different issuers',
  ],
  [/^FinishRunRole (Executions|RoleWorkflow) states:/, 'for what comes in the moment in which a run ends'],
]
