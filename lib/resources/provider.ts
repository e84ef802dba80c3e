/** The cluster's IAM OIDC provider: its URL is the issuer, its client IDs are the audiences. */
import {
  AddClientIDToOpenIDConnectProviderCommand,
  CreateOpenIDConnectProviderCommand,
  DeleteOpenIDConnectProviderCommand,
  GetOpenIDConnectProviderCommand,
  type IAMClient,
  RemoveClientIDFromOpenIDConnectProviderCommand,
  TagOpenIDConnectProviderCommand,
  UntagOpenIDConnectProviderCommand,
} from '@aws-sdk/client-iam'
import {
  isAlreadyExists,
  isIssuerUnreachable,
  isNotFound,
  messageOf,
  translate,
  translateRace,
  undefinedIf,
} from '../aws/errors.ts'
import type { Stack } from '../aws/stack.ts'
import { desiredTags, isOurs, readTags, type Tags, tagChanges, tagList } from '../aws/tags.ts'
import type { Cluster, StepOutputs } from '../cluster.ts'
import { differencesBetween } from '../difference.ts'
import { AwsUnavailable, ConcurrentChange, ProviderNotOurs } from '../errors.ts'
import { providerArn } from '../oidc/issuer.ts'
import type { Observed, Resource } from '../resource.ts'

type Outputs = StepOutputs['provider']

export interface ProviderClients {
  /** Of the cluster's account. */
  readonly iamOf: (accountId: string) => IAMClient
}

/** Every verb throws ProviderNotOurs; `create` QuotaExceeded (100 providers in an account unless raised). */
export function providerResource({ iamOf }: ProviderClients, stack: Stack): Resource<Cluster, Outputs> {
  return {
    observe: (cluster) => observeProvider(iamOf(cluster.accountId), stack, cluster),
    create: async (cluster) => {
      await createProvider(iamOf(cluster.accountId), stack, cluster)
      return undefined
    },
    delete: (cluster) => deleteProvider(iamOf(cluster.accountId), stack, cluster),
  }
}

interface Provider {
  readonly audiences: readonly string[]
  readonly tags: Tags
}

async function observeProvider(iam: IAMClient, stack: Stack, cluster: Cluster): Promise<Observed<Outputs>> {
  const provider = await readOurs(iam, stack, cluster)
  if (provider === undefined) return { status: 'absent' }
  const { audiences, tags } = provider
  const differences = [
    ...differencesBetween(cluster.audiences.toSorted(), audiences.toSorted(), 'ClientIDList'),
    ...differencesBetween(desiredTags(stack, cluster), tags, 'Tags'),
  ]
  const outputs = { providerArn: arnOf(stack, cluster), audiences: cluster.audiences }
  return { status: 'ready', outputs, differences }
}

/** No thumbprint: IAM trusts the public authority of the issuer's certificate, and reads the issuer itself. */
async function createProvider(iam: IAMClient, stack: Stack, cluster: Cluster): Promise<void> {
  const existing = await readOurs(iam, stack, cluster)
  if (existing !== undefined) return mendProvider(iam, stack, cluster, existing)
  const command = new CreateOpenIDConnectProviderCommand({
    Url: cluster.issuer,
    ClientIDList: [...cluster.audiences],
    Tags: tagList(desiredTags(stack, cluster)),
  })
  try {
    await iam.send(command)
  } catch (error) {
    if (isIssuerUnreachable(error))
      throw new AwsUnavailable(`IAM could not read ${cluster.issuer}: ${messageOf(error)}`, { cause: error })
    if (!isAlreadyExists(error)) return translate('iam:CreateOpenIDConnectProvider')(error)
    // By our own call whose answer was lost, or by somebody else: reading tells whose it is.
    const made = await readOurs(iam, stack, cluster)
    if (made === undefined)
      throw new ConcurrentChange('The OIDC provider was made at the same time and is not visible yet.', {
        cause: error,
      })
    await mendProvider(iam, stack, cluster, made)
  }
}

/** What is missing comes before what is too much, so that no token is refused meanwhile. */
async function mendProvider(iam: IAMClient, stack: Stack, cluster: Cluster, found: Provider): Promise<void> {
  const OpenIDConnectProviderArn = arnOf(stack, cluster)
  const wanted = new Set(cluster.audiences)
  for (const ClientID of cluster.audiences.filter((audience) => !found.audiences.includes(audience)))
    await iam
      .send(new AddClientIDToOpenIDConnectProviderCommand({ OpenIDConnectProviderArn, ClientID }))
      .catch(translateRace('iam:AddClientIDToOpenIDConnectProvider'))
  for (const ClientID of found.audiences.filter((audience) => !wanted.has(audience)))
    await iam
      .send(new RemoveClientIDFromOpenIDConnectProviderCommand({ OpenIDConnectProviderArn, ClientID }))
      .catch(translateRace('iam:RemoveClientIDFromOpenIDConnectProvider'))
  const { set, removed } = tagChanges(desiredTags(stack, cluster), found.tags)
  if (Object.keys(set).length > 0)
    await iam
      .send(new TagOpenIDConnectProviderCommand({ OpenIDConnectProviderArn, Tags: tagList(set) }))
      .catch(translateRace('iam:TagOpenIDConnectProvider'))
  if (removed.length > 0)
    await iam
      .send(new UntagOpenIDConnectProviderCommand({ OpenIDConnectProviderArn, TagKeys: [...removed] }))
      .catch(translateRace('iam:UntagOpenIDConnectProvider'))
}

async function deleteProvider(iam: IAMClient, stack: Stack, cluster: Cluster): Promise<void> {
  if ((await readOurs(iam, stack, cluster)) === undefined) return
  const OpenIDConnectProviderArn = arnOf(stack, cluster)
  await iam
    .send(new DeleteOpenIDConnectProviderCommand({ OpenIDConnectProviderArn }))
    .catch(undefinedIf(isNotFound, 'iam:DeleteOpenIDConnectProvider'))
}

async function readOurs(iam: IAMClient, stack: Stack, cluster: Cluster): Promise<Provider | undefined> {
  const OpenIDConnectProviderArn = arnOf(stack, cluster)
  const provider = await iam
    .send(new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn }))
    .catch(undefinedIf(isNotFound, 'iam:GetOpenIDConnectProvider'))
  if (provider === undefined) return undefined
  const tags = readTags(provider.Tags)
  if (!isOurs(tags, stack, cluster.cluster)) throw new ProviderNotOurs(OpenIDConnectProviderArn)
  return { audiences: provider.ClientIDList ?? [], tags }
}

function arnOf({ partition }: Stack, { accountId, issuer }: Cluster): string {
  return providerArn(partition.name, accountId, issuer)
}
