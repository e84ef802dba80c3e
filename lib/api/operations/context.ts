/** What the operators' routes work with, beside what all do. */

import type { Auditing } from '../../ops/auditing.ts'
import type { Queues } from '../../ops/dead-letters.ts'
import type { Workflows } from '../../ops/executions.ts'
import type { Explaining } from '../../ops/explain-token.ts'
import type { Replaying } from '../../ops/replay.ts'
import type { Caller } from '../../tenancy/caller.ts'
import type { Api } from '../route.ts'

export interface OperationsApi extends Api, Workflows, Replaying {
  readonly queues: Queues
  readonly iamIfOwn: Explaining['iamIfOwn']
  readonly fetchIssuer: Explaining['fetchIssuer']
}

export function auditingOf({ audit, now }: Api, { principal }: Caller): Auditing {
  return { audit, who: principal, now }
}
