/** The request rates that AWS publishes for what the pipeline calls, and one of ours for IAM. */

export interface Rate {
  /** Operations that share a bucket share its name. */
  readonly name: string
  readonly capacity: number
  readonly perSecond: number
  readonly regional: boolean
  /** Tokens that a call takes; 1 if absent. */
  readonly cost?: (input: object) => number
}

/** All the buckets that a call draws on; none for what AWS limits by nothing that matters here. */
export function rates(service: string, operation: string, region: string): readonly Rate[] {
  switch (service) {
    case 'iam':
      return iamRates(operation)
    case 'sts':
      return stsRates(operation)
    case 'route53':
      return route53Rates(operation)
    case 'acm':
      return each(operation, acm)
    case 'states':
      return each(operation, largeRegions.has(region) ? statesInLargeRegions : states)
    default:
      return []
  }
}

/** AWS publishes none for IAM, only that it is low. Our choice: writes are held to 20 a second, reads are not. */
function iamRates(operation: string): readonly Rate[] {
  if (/^(Get|List|Simulate|Generate)/.test(operation)) return []
  return [{ name: 'writes', capacity: 100, perSecond: 20, regional: false }]
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html: calls with credentials share 600 a second. */
function stsRates(operation: string): readonly Rate[] {
  if (operation === 'AssumeRoleWithWebIdentity') return []
  return [{ name: 'calls', capacity: 600, perSecond: 600, regional: true }]
}

/** https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSLimitations.html#limits-api-requests */
function route53Rates(operation: string): readonly Rate[] {
  const calls: Rate = { name: 'calls', capacity: 50, perSecond: 10, regional: false }
  if (operation !== 'ChangeResourceRecordSets') return [calls]
  return [calls, { name: 'changes', capacity: 1500, perSecond: 100, regional: false, cost: changeTokens }]
}

/** An UPSERT takes two tokens, CREATE and DELETE one. */
function changeTokens(input: object): number {
  const batch: unknown = 'ChangeBatch' in input ? input.ChangeBatch : undefined
  const changes: unknown =
    typeof batch === 'object' && batch !== null && 'Changes' in batch ? batch.Changes : undefined
  if (!Array.isArray(changes)) return 0
  return changes.reduce((tokens: number, change: unknown) => tokens + (isUpsert(change) ? 2 : 1), 0)
}

function isUpsert(change: unknown): boolean {
  return typeof change === 'object' && change !== null && 'Action' in change && change.Action === 'UPSERT'
}

type Buckets = Readonly<Record<string, readonly [capacity: number, perSecond: number]>>

function each(operation: string, buckets: Buckets): readonly Rate[] {
  const bucket = buckets[operation]
  return bucket ? [{ name: operation, capacity: bucket[0], perSecond: bucket[1], regional: true }] : []
}

/** https://docs.aws.amazon.com/acm/latest/userguide/acm-limits.html gives rates a second and no burst. */
const acm: Buckets = {
  RequestCertificate: [5, 5],
  DescribeCertificate: [10, 10],
  DeleteCertificate: [10, 10],
  ListCertificates: [8, 8],
  AddTagsToCertificate: [5, 5],
}

/** https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
const largeRegions: ReadonlySet<string> = new Set(['us-east-1', 'us-west-2', 'eu-west-1'])

const statesInLargeRegions: Buckets = {
  StartExecution: [1300, 300],
  RedriveExecution: [1300, 300],
  DescribeExecution: [300, 15],
  GetExecutionHistory: [400, 20],
  ListExecutions: [200, 5],
  StopExecution: [1000, 200],
  UpdateStateMachine: [100, 1],
}

const states: Buckets = {
  StartExecution: [800, 150],
  RedriveExecution: [800, 150],
  DescribeExecution: [250, 10],
  GetExecutionHistory: [400, 20],
  ListExecutions: [100, 2],
  StopExecution: [500, 25],
  UpdateStateMachine: [100, 1],
}
