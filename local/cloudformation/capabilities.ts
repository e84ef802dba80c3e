/** What a template may do to IAM must be acknowledged. */
import type { Capability } from '@aws-sdk/client-cloudformation'
import { AwsError } from '../errors.ts'
import type { Template } from './template.ts'

/**
 * Throws AwsError (InsufficientCapabilitiesException).
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html
 */
export function checkCapabilities({ resources }: Template, given: readonly Capability[]): void {
  const iam = Object.values(resources).filter(({ Type }) => Object.hasOwn(NAME_PROPERTIES, Type))
  const isNamed = iam.some(({ Type, Properties }) => Object.hasOwn(Properties, NAME_PROPERTIES[Type] ?? ''))
  const needed = isNamed ? 'CAPABILITY_NAMED_IAM' : 'CAPABILITY_IAM'
  if (iam.length === 0 || given.includes('CAPABILITY_NAMED_IAM') || given.includes(needed)) return
  throw new AwsError('InsufficientCapabilitiesException', `Requires capabilities : [${needed}]`)
}

/** The types that count, with the property that gives them a name of the template's own. */
const NAME_PROPERTIES: Readonly<Record<string, string>> = {
  'AWS::IAM::Role': 'RoleName',
  'AWS::IAM::ManagedPolicy': 'ManagedPolicyName',
  // An inline policy's name is no name of IAM's.
  'AWS::IAM::Policy': '',
}
