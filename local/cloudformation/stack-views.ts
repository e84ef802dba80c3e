/** What is asked about stacks. */
import type {
  DescribeStackEventsInput,
  DescribeStacksInput,
  DescribeStacksOutput,
  GetTemplateInput,
  GetTemplateOutput,
  ListExportsInput,
  ListExportsOutput,
  ListStacksInput,
  ListStacksOutput,
  StackEvent as WireEvent,
  Stack as WireStack,
} from '@aws-sdk/client-cloudformation'
import { type Call, operation } from '../service.ts'
import { refuseMembers } from '../unsupported.ts'
import { findStack, ownStacks, stackAsk } from './find-stack.ts'
import { pageOf } from './pages.ts'
import type { Stack, StackEvent, Stacks } from './stack.ts'

export function stackViewOperations(stacks: Stacks) {
  return {
    DescribeStacks: operation<DescribeStacksInput, DescribeStacksOutput>({
      run: (input, call) => describeStacks(stacks, input, call),
      asks: (input, call) => [stackAsk('DescribeStacks', stacks, input.StackName, call)],
    }),
    DescribeStackEvents: operation<DescribeStackEventsInput, EventsOutput>({
      run: (input, call) => describeEvents(stacks, input, call),
      asks: (input, call) => [stackAsk('DescribeStackEvents', stacks, input.StackName, call)],
    }),
    ListStacks: operation<ListStacksInput, ListStacksOutput>({
      run: (input, call) => listStacks(stacks, input, call),
      asks: (_, call) => [stackAsk('ListStacks', stacks, undefined, call)],
    }),
    GetTemplate: operation<GetTemplateInput, GetTemplateOutput>({
      run: (input, call) => {
        refuseMembers('GetTemplate', input, ['ChangeSetName'])
        const { template } = findStack(stacks, input.StackName, call)
        // Without macros both stages are the same.
        return { TemplateBody: template.body, StagesAvailable: ['Original', 'Processed'] }
      },
      asks: (input, call) => [stackAsk('GetTemplate', stacks, input.StackName, call)],
    }),
    ListExports: operation<ListExportsInput, ListExportsOutput>({
      run: (input, call) => listExports(stacks, input, call),
      asks: () => [{ action: 'cloudformation:ListExports', resource: '*' }],
    }),
  }
}

function describeStacks(stacks: Stacks, input: DescribeStacksInput, call: Call): DescribeStacksOutput {
  if (input.StackName !== undefined)
    return { Stacks: [describeStack(findStack(stacks, input.StackName, call))] }
  const living = ownStacks(stacks, call).filter(({ status }) => status !== 'DELETE_COMPLETE')
  const { items, token } = pageOf(living.toReversed(), input.NextToken)
  return { Stacks: items.map(describeStack), ...token }
}

function describeStack(stack: Stack): WireStack {
  const { template, updatedAt, deletedAt, reason } = stack
  return {
    StackId: stack.id,
    StackName: stack.name,
    ...(template.description !== undefined && { Description: template.description }),
    Parameters: [...stack.parameters].map(([key, value]) => ({
      ParameterKey: key,
      ParameterValue: template.parameters[key]?.NoEcho ? '****' : value,
    })),
    CreationTime: stack.createdAt,
    ...(updatedAt && { LastUpdatedTime: updatedAt }),
    ...(deletedAt && { DeletionTime: deletedAt }),
    RollbackConfiguration: {},
    StackStatus: stack.status,
    ...(reason !== undefined && { StackStatusReason: reason }),
    DisableRollback: false,
    NotificationARNs: [],
    Capabilities: [...stack.capabilities],
    Outputs: stack.outputs.map(({ key, value, description, exportName }) => ({
      OutputKey: key,
      OutputValue: value,
      ...(description !== undefined && { Description: description }),
      ...(exportName !== undefined && { ExportName: exportName }),
    })),
    Tags: [],
    EnableTerminationProtection: false,
    DriftInformation: { StackDriftStatus: 'NOT_CHECKED' },
  }
}

// The stack is among its own events, with statuses that the SDK gives to stacks only.
interface EventsOutput {
  readonly StackEvents: readonly (Omit<WireEvent, 'ResourceStatus'> & { readonly ResourceStatus: string })[]
  readonly NextToken?: string
}

/** The newest first. */
function describeEvents(stacks: Stacks, input: DescribeStackEventsInput, call: Call): EventsOutput {
  const stack = findStack(stacks, input.StackName, call)
  const { items, token } = pageOf(stack.events.toReversed(), input.NextToken)
  return { StackEvents: items.map((event) => describeEvent(stack, event)), ...token }
}

function describeEvent(stack: Stack, event: StackEvent) {
  return {
    StackId: stack.id,
    StackName: stack.name,
    EventId: event.id,
    LogicalResourceId: event.logicalId,
    PhysicalResourceId: event.physicalId,
    ResourceType: event.type,
    Timestamp: event.at,
    ResourceStatus: event.status,
    ...(event.reason !== undefined && { ResourceStatusReason: event.reason }),
  }
}

/** Deleted ones too, which AWS shows for 90 days. */
function listStacks(stacks: Stacks, input: ListStacksInput, call: Call): ListStacksOutput {
  const { StackStatusFilter: statuses = [] } = input
  const listed = ownStacks(stacks, call)
    .filter(({ status }) => statuses.length === 0 || statuses.includes(status))
    .toReversed()
  const { items, token } = pageOf(listed, input.NextToken)
  return {
    StackSummaries: items.map(({ id, name, template, status, ...stack }) => ({
      StackId: id,
      StackName: name,
      ...(template.description !== undefined && { TemplateDescription: template.description }),
      CreationTime: stack.createdAt,
      ...(stack.updatedAt && { LastUpdatedTime: stack.updatedAt }),
      ...(stack.deletedAt && { DeletionTime: stack.deletedAt }),
      StackStatus: status,
      ...(stack.reason !== undefined && { StackStatusReason: stack.reason }),
      DriftInformation: { StackDriftStatus: 'NOT_CHECKED' as const },
    })),
    ...token,
  }
}

function listExports(stacks: Stacks, input: ListExportsInput, call: Call): ListExportsOutput {
  const exported = ownStacks(stacks, call).flatMap(({ id, outputs }) =>
    outputs.flatMap(({ exportName, value }) =>
      exportName === undefined ? [] : [{ ExportingStackId: id, Name: exportName, Value: value }],
    ),
  )
  const { items, token } = pageOf(exported, input.NextToken)
  return { Exports: items, ...token }
}
