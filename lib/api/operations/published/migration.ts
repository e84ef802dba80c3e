/** How a cluster's issuer becomes another one, as it is published. */
import * as z from 'zod'
import { clusterName } from '../../../events/cluster-name.ts'
import { clusterAnswer } from '../../clusters.ts'
import { clusterPath, none } from '../../parameters.ts'
import type { Published } from '../../route.ts'

export const migrationBody = z.strictObject({
  to: clusterName.describe('The cluster that has the new issuer.'),
})

export const migrationEndBody = z.strictObject({
  switchedAt: z.iso
    .datetime({ error: 'must be a time in UTC, as in ISO 8601' })
    .describe(
      'Since when every API server has signed with the new issuer: the first --service-account-issuer.',
    ),
})

const common = {
  access: 'authorised',
  parameters: clusterPath,
  query: none,
  answers: {
    202: { description: 'It is on record, and a run goes through the roles.', content: clusterAnswer },
  },
} as const

export const START_MIGRATION = {
  ...common,
  method: 'PUT',
  path: '/clusters/{cluster}/migration',
  operation: 'startMigration',
  summary: "Have a cluster's roles trust another issuer as well",
  description:
    'For operators. The other issuer is that of a cluster which was announced for it, with the same account, region, audiences and keys, and without roles. Both are trusted until the migration is finished or aborted. May be repeated.',
  body: {
    name: 'Migration',
    schema: migrationBody,
  },
  errors: ['ClusterNotFound', 'ClusterBeingDeleted', 'MigrationRefused', 'VersionConflict'],
} as const satisfies Published

export const FINISH_MIGRATION = {
  ...common,
  method: 'PUT',
  path: '/clusters/{cluster}/migration/end',
  operation: 'finishMigration',
  summary: 'Have a cluster keep the new issuer alone',
  description:
    'For operators. The cluster has the issuer of the other one from then on, its roles trust that one alone, and the former issuer goes with the other cluster. May be repeated; it cannot be taken back.',
  body: {
    name: 'MigrationEnd',
    schema: migrationEndBody,
  },
  errors: [
    'ClusterNotFound',
    'ClusterBeingDeleted',
    'NoMigration',
    'MigrationNotFinishable',
    'VersionConflict',
  ],
} as const satisfies Published

export const ABORT_MIGRATION = {
  ...common,
  method: 'DELETE',
  path: '/clusters/{cluster}/migration',
  operation: 'abortMigration',
  summary: 'Have a cluster keep its issuer alone',
  description:
    'For operators. Its roles trust its own issuer alone again, and the other cluster goes with the new one. Switch the API servers back first. May be repeated.',
  errors: ['ClusterNotFound', 'ClusterBeingDeleted', 'NoMigration', 'VersionConflict'],
} as const satisfies Published
