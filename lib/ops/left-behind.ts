/** What is left of an installation once its clusters are gone, and the commands that remove it, in their order. Pure. */
import type { Stack } from '../aws/stack.ts'
import type { ClusterSummary } from './clusters.ts'

/** Names of what outlives the stack, or holds it back. */
export interface Keeping {
  readonly registry: string
  readonly audit: string
  readonly deploymentBucket: string
}

export interface LeftBehind {
  readonly what: string
  readonly words: string
  readonly commands: readonly string[]
}

/** By their tombstones, which say in which accounts clusters were. Roles were in the stack's target accounts, too. */
export function leftBehind(
  stack: Stack,
  keeping: Keeping,
  clusters: readonly ClusterSummary[],
): LeftBehind[] {
  const accounts = [...clusters.map(({ accountId }) => accountId), ...stack.targetAccounts]
  const members = [...new Set(accounts)].filter((account) => account !== stack.accountId)
  return [
    ...clusters.filter(({ state }) => state === 'abandoned').map(abandonedHost),
    ...(members.length === 0 ? [] : [memberAccounts(stack, members)]),
    theStack(stack, keeping),
    tables(stack, keeping),
    logGroups(stack),
  ]
}

/** CloudFormation cannot delete the origin access control that its distribution uses. */
function abandonedHost({ cluster, issuer, abandoned }: ClusterSummary): LeftBehind {
  return {
    what: `Host of ${issuer}`,
    words: `The cluster ${cluster} is abandoned (${abandoned?.reason}): whoever gets this host is trusted in ${abandoned?.accounts.join(', ')}. If that account can be reached again, the first command takes everything away. If it is closed for good, delete by hand what the second shows, and the bucket: before that the stack cannot go.`,
    commands: [`npx irsa cluster delete ${cluster}`, `npx irsa cluster show ${cluster}`],
  }
}

function memberAccounts({ name, partition }: Stack, members: readonly string[]): LeftBehind {
  const stackSet = `${name}-member`
  return {
    what: 'Stack set of the member accounts',
    words: `Clusters or their roles were in ${members.join(', ')}, where member-account.yml is deployed; as ${stackSet}, if docs/member-accounts.md was followed. In the account that has the stack set, the second when the first is done:`,
    commands: [
      `aws cloudformation delete-stack-instances --stack-set-name ${stackSet} --regions ${partition.iamRegion} --no-retain-stacks --deployment-targets OrganizationalUnitIds=<units>`,
      `aws cloudformation delete-stack-set --stack-set-name ${stackSet}`,
    ],
  }
}

function theStack({ name, region }: Stack, { deploymentBucket }: Keeping): LeftBehind {
  return {
    what: `Stack ${name}`,
    words:
      'With its functions, queues, bus, log groups and state machines. Its deployment bucket must be empty before. CloudFormation retains versions of the state machines; Step Functions deletes them with their state machine.',
    commands: [
      `aws s3 rm s3://${deploymentBucket} --recursive --region ${region}`,
      `aws cloudformation delete-stack --stack-name ${name} --region ${region}`,
      `aws cloudformation wait stack-delete-complete --stack-name ${name} --region ${region}`,
    ],
  }
}

function tables({ region }: Stack, { registry, audit }: Keeping): LeftBehind {
  return {
    what: `Tables ${registry} and ${audit}`,
    words:
      'The stack retains them, protected from deletion. The registry has the tombstones, which keep names and issuers for their accounts; the audit has who changed what. Without the registry, names are free. AWS keeps a backup of each for 35 days.',
    commands: [registry, audit].flatMap((table) => [
      `aws dynamodb update-table --table-name ${table} --no-deletion-protection-enabled --region ${region}`,
      `aws dynamodb wait table-exists --table-name ${table} --region ${region}`,
      `aws dynamodb delete-table --table-name ${table} --region ${region}`,
    ]),
  }
}

function logGroups({ name, region }: Stack): LeftBehind {
  return {
    what: 'Log groups',
    words:
      'They go with the stack. Lambda makes one anew, without an end, for what a function still logs meanwhile. To see whether there are any:',
    commands: [
      `aws logs describe-log-groups --log-group-name-prefix /aws/lambda/${name}- --query 'logGroups[].logGroupName' --region ${region}`,
    ],
  }
}
