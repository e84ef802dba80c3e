/** What a template may do to IAM must be acknowledged. */
import type { Capability } from '@aws-sdk/client-cloudformation'
import { AwsError } from '../errors.ts'
import type { Template } from './template.ts'

/**
 * Throws AwsError (InsufficientCapabilitiesException).
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html
 */
export function checkCapabilities(template: Template, given: readonly Capability[]): void {
  const needed = neededCapability(template)?.capability
  if (needed === undefined || given.includes('CAPABILITY_NAMED_IAM') || given.includes(needed)) return
  throw new AwsError('InsufficientCapabilitiesException', `Requires capabilities : [${needed}]`)
}

export interface NeededCapability {
  readonly capability: Capability
  /** The types of resources that need it, each once. */
  readonly types: readonly string[]
}

/** undefined for a template that does nothing to IAM. */
export function neededCapability({ resources }: Template): NeededCapability | undefined {
  const iam = Object.values(resources).filter(({ Type }) => Object.hasOwn(NAME_PROPERTIES, Type))
  if (iam.length === 0) return undefined
  const isNamed = iam.some(({ Type, Properties }) => Object.hasOwn(Properties, NAME_PROPERTIES[Type] ?? ''))
  return {
    capability: isNamed ? 'CAPABILITY_NAMED_IAM' : 'CAPABILITY_IAM',
    types: [...new Set(iam.map(({ Type }) => Type))],
  }
}

/** The types that count, with the property that gives them a name of the template's own. */
const NAME_PROPERTIES: Readonly<Record<string, string>> = {
  'AWS::IAM::Role': 'RoleName',
  'AWS::IAM::ManagedPolicy': 'ManagedPolicyName',
  // An inline policy's name is no name of IAM's.
  'AWS::IAM::Policy': '',
}
