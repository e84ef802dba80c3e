/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html */
import { dnsSuffix, partitionOf } from '../arn.ts'
import { NotInLocalMode } from '../errors.ts'

export interface Pseudo {
  readonly account: string
  readonly region: string
  readonly stackName: string
  readonly stackId: string
}

/** undefined is AWS::NoValue. Throws NotInLocalMode. */
export function pseudoParameter(name: string, { account, region, stackName, stackId }: Pseudo) {
  switch (name) {
    case 'AWS::AccountId':
      return account
    case 'AWS::Region':
      return region
    case 'AWS::Partition':
      return partitionOf(region)
    case 'AWS::URLSuffix':
      return dnsSuffix(region)
    case 'AWS::StackName':
      return stackName
    case 'AWS::StackId':
      return stackId
    case 'AWS::NoValue':
      return undefined
    default:
      throw new NotInLocalMode(`the pseudo parameter ${name}`)
  }
}
