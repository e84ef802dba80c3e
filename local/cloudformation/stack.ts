/** A stack as the embedded CloudFormation holds it. */
import type { Capability, ResourceStatus, StackStatus } from '@aws-sdk/client-cloudformation'
import type { Attributes } from './resource-type.ts'
import type { Template } from './template.ts'
import type { ValueObject } from './value.ts'

export interface Stack {
  /** ARN, with an id of its own: a deleted stack is found by it when its name is used again. */
  readonly id: string
  readonly name: string
  readonly account: string
  readonly region: string
  readonly createdAt: Date
  updatedAt: Date | undefined
  deletedAt: Date | undefined
  status: StackStatus
  reason: string | undefined
  template: Template
  parameters: ReadonlyMap<string, string>
  capabilities: readonly Capability[]
  /** By logical id, in the order in which they depend on each other. */
  resources: Map<string, StackResource>
  outputs: readonly StackOutput[]
  readonly events: StackEvent[]
}

export interface StackResource {
  readonly logicalId: string
  readonly type: string
  readonly physicalId: string
  readonly attributes: Attributes
  /** With all intrinsic functions worked out. */
  readonly properties: ValueObject
  readonly retained: { readonly onDeletion: boolean; readonly onReplacement: boolean }
  readonly status: ResourceStatus
  readonly reason: string | undefined
  readonly changedAt: Date
}

export interface StackOutput {
  readonly key: string
  readonly value: string
  readonly description: string | undefined
  readonly exportName: string | undefined
}

export interface StackEvent {
  readonly id: string
  readonly logicalId: string
  readonly physicalId: string
  readonly type: string
  /** The stack is among its own events. */
  readonly status: ResourceStatus | StackStatus
  readonly reason: string | undefined
  readonly at: Date
}

/** By id. */
export type Stacks = Map<string, Stack>

/** That has not been deleted. */
export function stackNamed(
  stacks: Stacks,
  name: string,
  { account, region }: { readonly account: string; readonly region: string },
): Stack | undefined {
  return [...stacks.values()].find(
    (stack) =>
      stack.name === name &&
      stack.account === account &&
      stack.region === region &&
      stack.status !== 'DELETE_COMPLETE',
  )
}

export function isBusy({ status }: Stack): boolean {
  return status.endsWith('_IN_PROGRESS')
}
