/** An IAM OIDC provider as it is. */
import { GetOpenIDConnectProviderCommand, type IAMClient } from '@aws-sdk/client-iam'
import { isNotFound, undefinedIf } from './errors.ts'

export interface FoundProvider {
  readonly arn: string
  /** With the scheme. */
  readonly url: string
  /** The audiences. */
  readonly clientIds: readonly string[]
}

/** Undefined when there is none. */
export async function findProvider(iam: IAMClient, arn: string): Promise<FoundProvider | undefined> {
  const found = await iam
    .send(new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: arn }))
    .catch(undefinedIf(isNotFound, 'iam:GetOpenIDConnectProvider'))
  return found && { arn, url: `https://${found.Url}`, clientIds: found.ClientIDList ?? [] }
}
