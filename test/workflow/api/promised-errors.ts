/** Every error that a route of the API promises, and the call that is refused with it. What needs a race, or somebody else's call, is told of elsewhere. */
import { StartExecutionCommand } from '@aws-sdk/client-sfn'
import { TARGET_ACCOUNT } from '../../../cli/package-stack.ts'
import { API } from '../../../lib/api/routes.ts'
import { roleName } from '../../../lib/aws/names.ts'
import { roleContentSchema } from '../../../lib/policy/request.ts'
import { claimRoleName } from '../../../lib/registry/claims.ts'
import { type ClusterRecord, changeCluster, requireCluster } from '../../../lib/registry/cluster-record.ts'
import { markFull } from '../../../lib/registry/full-accounts.ts'
import { type Approval, putRoleRequest } from '../../../lib/registry/roles.ts'
import { deleteItem } from '../../../lib/registry/table.ts'
import { clusterNamed, newKeys, type Pipeline } from '../pipeline.ts'

export interface RefusedCall {
  /** `putRole ClusterNotFound` */
  readonly promise: string
  readonly method: string
  readonly path: string
  readonly body?: object
  readonly headers?: Readonly<Record<string, string>>
}

/** `<operation> <error>`, of every route. Those that all routes share are not among them. */
export function promisedErrors(): string[] {
  return API.flatMap(({ operation, errors }) => errors.map((error) => `${operation} ${error}`))
}

/** By the file that has the test. */
export const TOLD_ELSEWHERE: Readonly<Record<string, readonly string[]>> = {
  'test/lib/api/roles/who.test.ts': ['putRole RoleNotFound'],
  'test/lib/api/roles/delete.test.ts': ['deleteRole RoleNotFound'],
  'test/workflow/api/signed-calls.test.ts': ['putRole RoleQuotaReached'],
  'test/workflow/api/operators.test.ts': ['replayDeadLetter DeadLetterNotReplayable'],
  // Of a cluster that the caller may not see; who sees everything sees that there is nothing.
  'test/lib/api/audit.test.ts': ['getAudit ClusterNotFound'],
  'test/lib/api/operations/executions.test.ts': ['replayExecution ExecutionSuperseded'],
  // Two at the same time.
  'test/lib/registry/request-role/conflicts.test.ts': ['putRole VersionConflict'],
  'test/lib/registry/request-role/remove.test.ts': ['deleteRole VersionConflict'],
  'test/lib/api/conflicts.test.ts': [
    ...['approveRole VersionConflict', 'rejectRole VersionConflict'],
    ...['putTenant VersionConflict', 'deleteTenant VersionConflict'],
  ],
  'test/lib/ops/migration/start.test.ts': ['startMigration VersionConflict'],
  'test/lib/ops/migration/finish.test.ts': ['finishMigration VersionConflict'],
  'test/lib/ops/migration/abort.test.ts': ['abortMigration VersionConflict'],
  'test/lib/api/keys.test.ts': ['putKeys VersionConflict'],
  // Only of a stack that lists its zones.
  'test/lib/announce/refusals.test.ts': [
    'planCluster BaseDomainNotAllowed',
    'adoptCluster BaseDomainNotAllowed',
  ],
  'test/lib/api/adopt.test.ts': ['adoptCluster AdoptionNotAllowed', 'adoptCluster IssuerTaken'],
}

type Call = readonly [
  promise: string,
  method: string,
  path: string,
  body?: object | undefined,
  headers?: Readonly<Record<string, string>> | undefined,
]

const ROLES = '/clusters/promised/roles/promise'
const READ = { catalogue: 's3-read', parameters: { bucket: 'golem-data' } }
const ESCALATION = { Effect: 'Allow' as const, Action: 'iam:CreateUser', Resource: 'arn:aws:iam::*:user/x' }
const MANY = Array.from({ length: 400 }, (_, index) => `arn:aws:s3:::a-bucket-with-a-long-name-${index}/*`)
const LARGE = { statements: [{ Effect: 'Allow' as const, Action: 's3:GetObject', Resource: MANY }] }
const SWITCHED = { switchedAt: '2026-01-31T12:00:00Z' }
const UNKNOWN = { catalogue: 'nothing', parameters: {} }

/** `golem` is ready. Puts beside it what the refusals are about. */
export async function refusedCalls({ deployed, aws }: Pipeline): Promise<RefusedCall[]> {
  const { table, stack } = deployed
  const { privateKey } = newKeys()
  const pem = String(privateKey.export({ type: 'pkcs8', format: 'pem' }))
  const { run: _, ...golem } = await requireCluster(table, 'golem')
  // Beside those that are worked on: nobody sees them in the lists of what fails.
  const put = (name: string, status: ClusterRecord['status'], type: 'dedicated' | 'external' = 'dedicated') =>
    changeCluster(table, name, () => {
      const place = {
        cluster: name,
        baseDomain: `${name}.example.org`,
        issuer: `https://irsa.${name}.example.org`,
      }
      return { ...golem, status, desired: { ...golem.desired, ...place, hosting: { type } } }
    })
  await put('promised', 'ANNOUNCED')
  await put('leaving', 'DELETING')
  await put('foreign', 'ANNOUNCED', 'external')
  await put('companion', 'ANNOUNCED')
  await put('migrating', 'ANNOUNCED')
  await changeCluster(table, 'companion', (known) => known && { ...known, companionOf: 'promised' })
  const migration = { to: 'companion', startedAt: aws.clock.now().toISOString(), phase: 'TRUSTING' } as const
  await changeCluster(table, 'migrating', (known) => known && { ...known, migration })
  const later = new Date(aws.clock.now().getTime() + 86_400_000)
  await markFull(table, TARGET_ACCOUNT, later)
  const taken = roleName(stack, { cluster: 'promised', namespace: 'promise', serviceAccount: 'taken' })
  await claimRoleName(table, { accountId: stack.accountId, roleName: taken }, 'other/a/b', 1)
  const waiting: Approval = { state: 'waiting', needs: [] }
  for (const [serviceAccount, tenant, policy] of [
    ['large', 'promise', LARGE],
    ['unknown', 'promise', UNKNOWN],
    ['escalation', 'promise', { statements: [ESCALATION] }],
    ['orphan', 'nobody', READ],
    ['made', 'promise', READ],
  ] as const)
    await putRoleRequest(
      table,
      {
        cluster: 'promised',
        namespace: 'promise',
        serviceAccount,
        version: 1,
        desired: 'present',
        content: roleContentSchema.parse({ policies: [policy] }),
        tenant,
        requestedBy: 'iam:arn:aws:iam::000000000000:role/promised',
        requestedAt: later.toISOString(),
        ...(serviceAccount !== 'made' && { approval: waiting }),
      },
      0,
    )
  // Of a cluster that the registry has lost.
  const lost = JSON.stringify({ cluster: 'lost', run: 1 })
  await deployed.sfn.send(
    new StartExecutionCommand({ stateMachineArn: deployed.stateMachineArn, name: 'lost-1', input: lost }),
  )
  const keys = { serviceAccountKeys: [newKeys().pem] }
  const keysChanged = (name: string) => ({
    event: { detailType: 'Cluster Keys Changed', detail: { cluster: name, ...keys } },
  })
  const created = (name: string, more: object) => ({
    event: {
      detailType: 'Cluster Created',
      detail: clusterNamed(name, { baseDomain: `${name}.example.org`, ...more }),
    },
  })
  const version = { 'if-match': '"1"' }
  const other = { 'if-match': '"99"' }
  const calls: Call[] = [
    ['getCluster ClusterNotFound', 'GET', '/clusters/nobody'],
    ['listRoles ClusterNotFound', 'GET', '/clusters/nobody/roles'],
    ['putRole PrivateKeyInInput', 'PUT', `${ROLES}/a`, { policies: [], description: pem }],
    ['putRole ClusterNotFound', 'PUT', '/clusters/nobody/roles/a/b', { policies: [] }],
    ['putRole ClusterBeingDeleted', 'PUT', '/clusters/leaving/roles/a/b', { policies: [] }],
    ['putRole ClusterIsCompanion', 'PUT', '/clusters/companion/roles/a/b', { policies: [] }],
    ['putRole RoleNameTaken', 'PUT', `${ROLES}/taken`, { policies: [] }],
    [
      'putRole AccountRoleQuotaReached',
      'PUT',
      `${ROLES}/a`,
      { policies: [], targetAccountId: TARGET_ACCOUNT },
    ],
    ['putRole PreconditionFailed', 'PUT', `${ROLES}/a`, { policies: [] }, other],
    ['putRole RequestRefused', 'PUT', `${ROLES}/a`, { policies: [{ statements: [ESCALATION] }] }],
    ['putRole PolicyRefused', 'PUT', `${ROLES}/a`, { policies: [UNKNOWN] }],
    [
      'putRole TargetAccountFixed',
      'PUT',
      `${ROLES}/orphan`,
      { policies: [], targetAccountId: TARGET_ACCOUNT },
    ],
    ['putRole PolicyTooLarge', 'PUT', `${ROLES}/a`, { policies: [LARGE] }],
    ['deleteRole ClusterNotFound', 'DELETE', '/clusters/nobody/roles/a/b'],
    ['deleteRole PreconditionFailed', 'DELETE', `${ROLES}/orphan`, undefined, other],
    ['getRole ClusterNotFound', 'GET', '/clusters/nobody/roles/a/b'],
    ['getRole RoleNotFound', 'GET', `${ROLES}/nobody`],
    ['getManifest ClusterNotFound', 'GET', '/clusters/nobody/roles/a/b/manifest'],
    ['getManifest RoleNotFound', 'GET', `${ROLES}/nobody/manifest`],
    ...(['approve', 'reject'] as const).flatMap((how): Call[] => {
      const reason = how === 'reject' ? { reason: 'no' } : undefined
      return [
        [`${how}Role ClusterNotFound`, 'POST', `/clusters/nobody/roles/a/b/${how}`, reason, version],
        [`${how}Role RoleNotFound`, 'POST', `${ROLES}/nobody/${how}`, reason, version],
        [`${how}Role ClusterBeingDeleted`, 'POST', `/clusters/leaving/roles/a/b/${how}`, reason, version],
        [`${how}Role ClusterIsCompanion`, 'POST', `/clusters/companion/roles/a/b/${how}`, reason, version],
        [`${how}Role RoleNotWaiting`, 'POST', `${ROLES}/made/${how}`, reason, version],
        [`${how}Role PreconditionFailed`, 'POST', `${ROLES}/orphan/${how}`, reason, other],
        [`${how}Role PreconditionRequired`, 'POST', `${ROLES}/orphan/${how}`, reason],
      ]
    }),
    ['approveRole RequestNotAdmitted', 'POST', `${ROLES}/orphan/approve`, undefined, version],
    ['approveRole RequestRefused', 'POST', `${ROLES}/escalation/approve`, undefined, version],
    ['approveRole PolicyRefused', 'POST', `${ROLES}/unknown/approve`, undefined, version],
    ['approveRole PolicyTooLarge', 'POST', `${ROLES}/large/approve`, undefined, version],
    ['getTenant TenantNotFound', 'GET', '/tenants/nobody'],
    ['putTenant PreconditionFailed', 'PUT', '/tenants/promise', PROMISE, other],
    ['deleteTenant PreconditionFailed', 'DELETE', '/tenants/promise', undefined, other],
    ['getExecution ExecutionNotFound', 'GET', '/executions/nobody-1'],
    ['replayExecution ClusterNotFound', 'POST', '/executions/lost-1/replay'],
    ['replayExecution ExecutionNotFound', 'POST', '/executions/nobody-1/replay'],
    ['getDeadLetter DeadLetterNotFound', 'GET', '/dead-letters/none'],
    ['replayDeadLetter DeadLetterNotFound', 'POST', '/dead-letters/none/replay'],
    ['discardDeadLetter DeadLetterNotFound', 'DELETE', '/dead-letters/none'],
    [
      'explain RoleNotFound',
      'POST',
      '/explain',
      { token: 'a.b.c', roleArn: 'arn:aws:iam::000000000000:role/irsa/golem/nobody' },
    ],
    ['putKeys ClusterNotFound', 'PUT', '/clusters/nobody/keys', keys],
    ['putKeys ClusterBeingDeleted', 'PUT', '/clusters/leaving/keys', keys],
    ['putKeys ClusterIsCompanion', 'PUT', '/clusters/companion/keys', keys],
    ['putKeys IssuerIsExternal', 'PUT', '/clusters/foreign/keys', keys],
    ['protectCluster ClusterNotFound', 'PUT', '/clusters/nobody/protection'],
    ['unprotectCluster ClusterNotFound', 'DELETE', '/clusters/nobody/protection'],
    ['pauseCluster ClusterNotFound', 'PUT', '/clusters/nobody/pause'],
    ['resumeCluster ClusterNotFound', 'DELETE', '/clusters/nobody/pause'],
    ['startMigration ClusterNotFound', 'PUT', '/clusters/golem/migration', { to: 'nobody' }],
    ['startMigration ClusterBeingDeleted', 'PUT', '/clusters/leaving/migration', { to: 'golem' }],
    ['startMigration MigrationRefused', 'PUT', '/clusters/golem/migration', { to: 'golem' }],
    ['finishMigration ClusterNotFound', 'PUT', '/clusters/nobody/migration/end', SWITCHED],
    ['finishMigration ClusterBeingDeleted', 'PUT', '/clusters/leaving/migration/end', SWITCHED],
    ['finishMigration NoMigration', 'PUT', '/clusters/golem/migration/end', SWITCHED],
    ['finishMigration MigrationNotFinishable', 'PUT', '/clusters/migrating/migration/end', SWITCHED],
    ['abortMigration ClusterNotFound', 'DELETE', '/clusters/nobody/migration'],
    ['abortMigration ClusterBeingDeleted', 'DELETE', '/clusters/leaving/migration'],
    ['abortMigration NoMigration', 'DELETE', '/clusters/golem/migration'],
    ['abandonCluster ClusterNotFound', 'POST', '/clusters/nobody/abandon', { reason: 'closed' }],
    ['abandonCluster ClusterNotAbandonable', 'POST', '/clusters/golem/abandon', { reason: 'closed' }],
    ['planCluster ClusterNotFound', 'POST', '/clusters/nobody/plan', {}],
    ['planCluster ClusterBeingDeleted', 'POST', '/clusters/leaving/plan', keysChanged('leaving')],
    ['planCluster ClusterIsCompanion', 'POST', '/clusters/companion/plan', keysChanged('companion')],
    ['planCluster IssuerIsExternal', 'POST', '/clusters/foreign/plan', keysChanged('foreign')],
    [
      'planCluster PrivateKeyInInput',
      'POST',
      '/clusters/golem/plan',
      { event: { detailType: 'Cluster Created', detail: { cluster: 'golem', note: pem } } },
    ],
    [
      'planCluster ClusterChangeRefused',
      'POST',
      '/clusters/golem/plan',
      {
        event: {
          detailType: 'Cluster Created',
          detail: clusterNamed('golem', { baseDomain: 'other.example' }),
        },
      },
    ],
    ['adoptCluster ClusterNotFound', 'POST', '/clusters/nobody/adopt'],
    ['adoptCluster ClusterBeingDeleted', 'POST', '/clusters/leaving/adopt'],
    ['adoptCluster ClusterIsCompanion', 'POST', '/clusters/companion/adopt', created('companion', {})],
    [
      'adoptCluster ClusterChangeRefused',
      'POST',
      '/clusters/companion/adopt',
      created('companion', { baseDomain: 'other.example' }),
    ],
    ['adoptCluster PrivateKeyInInput', 'POST', '/clusters/golem/adopt', created('golem', { note: pem })],
    ['adoptCluster AdoptionRefused', 'POST', '/clusters/foreign/adopt', { resources: [] }],
    ['adoptCluster AdoptionListDiffers', 'POST', '/clusters/golem/adopt', { resources: [] }],
  ]
  return calls.map(([promise, method, path, body, headers]) => ({
    promise,
    method,
    path,
    ...(body && { body }),
    ...(headers && { headers }),
  }))
}

/** What the calls were about is not there any more: others who share the stack audit its clusters, and make roles in the account. */
export async function forgetRefused({ deployed: { table } }: Pipeline): Promise<void> {
  for (const cluster of ['promised', 'leaving', 'foreign', 'companion', 'migrating'])
    await deleteItem(table, { pk: `CLUSTER#${cluster}`, sk: 'CLUSTER' })
  await deleteItem(table, { pk: `ACCOUNT#${TARGET_ACCOUNT}`, sk: 'FULL' })
}

/** Of the role that waits: it may ask for anything. */
export const PROMISE = {
  rules: [
    {
      principals: ['iam:arn:aws:iam::000000000000:role/promised'],
      clusters: ['promised'],
      namespaces: ['promise'],
      catalogue: ['*'],
      actions: ['*'],
    },
  ],
}
