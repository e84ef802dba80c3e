/** What is asked about the resources of a stack. */
import type {
  DescribeStackResourceInput,
  DescribeStackResourceOutput,
  DescribeStackResourcesInput,
  DescribeStackResourcesOutput,
  ListStackResourcesInput,
  ListStackResourcesOutput,
} from '@aws-sdk/client-cloudformation'
import { type Call, operation } from '../service.ts'
import { refuseMembers } from '../unsupported.ts'
import { validationError } from './errors.ts'
import { findStack, stackAsk } from './find-stack.ts'
import { evaluate } from './intrinsics.ts'
import { pageOf } from './pages.ts'
import { createScopes } from './scope.ts'
import type { Stack, StackResource, Stacks } from './stack.ts'

export function stackResourceViewOperations(stacks: Stacks) {
  return {
    ListStackResources: operation<ListStackResourcesInput, ListStackResourcesOutput>({
      run: (input, call) => listResources(stacks, input, call),
      asks: (input, call) => [stackAsk('ListStackResources', stacks, input.StackName, call)],
    }),
    DescribeStackResource: operation<DescribeStackResourceInput, DescribeStackResourceOutput>({
      run: (input, call) => describeResource(stacks, input, call),
      asks: (input, call) => [stackAsk('DescribeStackResource', stacks, input.StackName, call)],
    }),
    DescribeStackResources: operation<DescribeStackResourcesInput, DescribeStackResourcesOutput>({
      run: (input, call) => describeResources(stacks, input, call),
      asks: (input, call) => [stackAsk('DescribeStackResources', stacks, input.StackName, call)],
    }),
  }
}

function listResources(stacks: Stacks, input: ListStackResourcesInput, call: Call): ListStackResourcesOutput {
  const stack = findStack(stacks, input.StackName, call)
  const { items, token } = pageOf([...stack.resources.values()], input.NextToken)
  return {
    StackResourceSummaries: items.map((resource) => ({
      ...common(resource),
      LastUpdatedTimestamp: resource.changedAt,
    })),
    ...token,
  }
}

function describeResource(
  stacks: Stacks,
  input: DescribeStackResourceInput,
  call: Call,
): DescribeStackResourceOutput {
  const stack = findStack(stacks, input.StackName, call)
  const resource = findResource(stack, input.LogicalResourceId ?? '')
  return {
    StackResourceDetail: {
      StackName: stack.name,
      StackId: stack.id,
      ...common(resource),
      LastUpdatedTimestamp: resource.changedAt,
      Metadata: metadataOf(stack, resource),
    },
  }
}

function describeResources(
  stacks: Stacks,
  input: DescribeStackResourcesInput,
  call: Call,
): DescribeStackResourcesOutput {
  refuseMembers('DescribeStackResources', input, ['PhysicalResourceId'])
  const stack = findStack(stacks, input.StackName, call)
  const { LogicalResourceId: wanted } = input
  const found = wanted === undefined ? [...stack.resources.values()] : [findResource(stack, wanted)]
  return {
    StackResources: found.map((resource) => ({
      StackName: stack.name,
      StackId: stack.id,
      ...common(resource),
      Timestamp: resource.changedAt,
    })),
  }
}

function findResource(stack: Stack, logicalId: string): StackResource {
  const found = stack.resources.get(logicalId)
  if (found === undefined)
    throw validationError(`Resource ${logicalId} does not exist for stack ${stack.name}`)
  return found
}

/** JSON text with its intrinsic functions worked out; AWS answers `{}` where the template has none. */
function metadataOf({ template, parameters, resources, ...stack }: Stack, resource: StackResource): string {
  const metadata = template.resources[resource.logicalId]?.Metadata
  if (metadata === undefined) return '{}'
  const pseudo = { account: stack.account, region: stack.region, stackName: stack.name, stackId: stack.id }
  const scope = createScopes(template, parameters, pseudo)(resources)
  return JSON.stringify(evaluate(metadata, scope) ?? {})
}

function common(resource: StackResource) {
  return {
    LogicalResourceId: resource.logicalId,
    ...(resource.physicalId !== '' && { PhysicalResourceId: resource.physicalId }),
    ResourceType: resource.type,
    ResourceStatus: resource.status,
    ...(resource.reason !== undefined && { ResourceStatusReason: resource.reason }),
    DriftInformation: { StackResourceDriftStatus: 'NOT_CHECKED' as const },
  }
}
