/** An IAM OIDC provider as it is. */
import { GetOpenIDConnectProviderCommand, type IAMClient } from '@aws-sdk/client-iam'
import { isNotFound, undefinedIf } from './errors.ts'
import { readTags, type Tags } from './tags.ts'

export interface FoundProvider {
  readonly arn: string
  /** With the scheme. */
  readonly url: string
  /** The audiences. */
  readonly clientIds: readonly string[]
  readonly tags: Tags
}

/** Undefined when there is none. */
export async function findProvider(iam: IAMClient, arn: string): Promise<FoundProvider | undefined> {
  const found = await iam
    .send(new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: arn }))
    .catch(undefinedIf(isNotFound, 'iam:GetOpenIDConnectProvider'))
  if (found === undefined) return undefined
  return {
    arn,
    url: `https://${found.Url}`,
    clientIds: found.ClientIDList ?? [],
    tags: readTags(found.Tags),
  }
}
