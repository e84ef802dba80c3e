/** The OIDC provider of the example's cluster, as it is asked for and as IAM answers. */
import { GetOpenIDConnectProviderCommand, IAMClient, type Tag } from '@aws-sdk/client-iam'
import { mockClient } from 'aws-sdk-client-mock'
import { expect } from 'vitest'
import { providerResource } from '../../../../lib/resources/provider.ts'
import { refusal } from '../../aws/sdk.ts'
import { golem, HOST, STACK, TAG_LIST, TAGS_OF_OTHERS } from '../golem.ts'

export const ARN = `arn:aws:iam::111122223333:oidc-provider/${HOST}`
export const AUDIENCES = ['sts.amazonaws.com', 'vault']
export const CLUSTER = golem({ audiences: AUDIENCES })

/** As IAM answers: the URL without its scheme, lists in another order. */
export const PROVIDER = { Url: HOST, ClientIDList: AUDIENCES.toReversed(), Tags: TAG_LIST.toReversed() }
export const READY = {
  status: 'ready',
  outputs: { providerArn: ARN, audiences: AUDIENCES },
  differences: [],
}

export const NOT_FOUND = refusal(
  'NoSuchEntityException',
  `OpenIDConnect Provider not found for arn ${ARN}`,
  404,
)
export const EXISTS = refusal(
  'EntityAlreadyExistsException',
  `Provider with url https://${HOST} already exists.`,
  409,
)

/** IAM of the cluster's account with this provider, or none. Nothing that is written changes it. */
export function theProvider(found: { ClientIDList?: string[]; Tags?: Tag[] } | undefined, stack = STACK) {
  const client = new IAMClient({ region: 'us-east-1' })
  const iam = mockClient(client)
  iam.onAnyCommand().resolves({})
  if (found === undefined) iam.on(GetOpenIDConnectProviderCommand).rejects(NOT_FOUND)
  else iam.on(GetOpenIDConnectProviderCommand).resolves(found)
  return {
    iam,
    provider: providerResource(
      {
        iamOf: (accountId) => {
          expect(accountId).toBe('111122223333')
          return client
        },
      },
      stack,
    ),
  }
}

export const READ = ['GetOpenIDConnectProvider', { OpenIDConnectProviderArn: ARN }]
export const CREATE = [
  'CreateOpenIDConnectProvider',
  { Url: `https://${HOST}`, ClientIDList: AUDIENCES, Tags: TAG_LIST },
]
export const DELETE = ['DeleteOpenIDConnectProvider', { OpenIDConnectProviderArn: ARN }]

export function added(ClientID: string) {
  return ['AddClientIDToOpenIDConnectProvider', { OpenIDConnectProviderArn: ARN, ClientID }]
}

export function removed(ClientID: string) {
  return ['RemoveClientIDFromOpenIDConnectProvider', { OpenIDConnectProviderArn: ARN, ClientID }]
}

export const NOT_OURS: [string, Tag[] | undefined][] = [['without tags', undefined], ...TAGS_OF_OTHERS]
