/** OpenID Connect providers. */
import type {
  AddClientIDToOpenIDConnectProviderRequest,
  CreateOpenIDConnectProviderRequest,
  CreateOpenIDConnectProviderResponse,
  DeleteOpenIDConnectProviderRequest,
  GetOpenIDConnectProviderRequest,
  GetOpenIDConnectProviderResponse,
  ListOpenIDConnectProvidersResponse,
  RemoveClientIDFromOpenIDConnectProviderRequest,
  UpdateOpenIDConnectProviderThumbprintRequest,
} from '@aws-sdk/client-iam'
import { globalArn } from '../arn.ts'
import { type Ask, type Call, operation } from '../service.ts'
import { requestTagContext, tagList } from '../tags.ts'
import type { World } from '../world.ts'
import type { Accounts, Provider } from './account.ts'
import { alreadyExists, limitExceeded } from './errors.ts'
import { connectToIssuer } from './issuer.ts'
import { afterPropagation } from './propagation.ts'
import { findProvider, providerAsk } from './provider.ts'
import { checkClientIds, checkThumbprints, hostPathOf } from './provider-rules.ts'
import { exactKey, newTags } from './tags.ts'

export function providerOperations(world: World, accounts: Accounts) {
  return {
    CreateOpenIDConnectProvider: operation<
      CreateOpenIDConnectProviderRequest,
      CreateOpenIDConnectProviderResponse
    >({
      run: async (input, call) => {
        const { arn, tags } = await createProvider(world, accounts, input, call)
        return { OpenIDConnectProviderArn: arn, ...(tags.size > 0 && { Tags: tagList(tags) }) }
      },
      asks: createAsks,
    }),
    GetOpenIDConnectProvider: operation<GetOpenIDConnectProviderRequest, GetOpenIDConnectProviderResponse>({
      run: (input, call) => {
        const provider = findProvider(accounts.of(call), input.OpenIDConnectProviderArn)
        return {
          Url: provider.hostPath,
          ClientIDList: [...provider.clientIds],
          ThumbprintList: [...provider.thumbprints],
          CreateDate: provider.createdAt,
          Tags: tagList(provider.tags),
        }
      },
      asks: (input, call) => [providerAsk(accounts, 'GetOpenIDConnectProvider', input, call)],
    }),
    ListOpenIDConnectProviders: operation<object, ListOpenIDConnectProvidersResponse>({
      run: (_, call) => ({
        OpenIDConnectProviderList: [...accounts.of(call).providers.values()].map(({ arn }) => ({ Arn: arn })),
      }),
      asks: () => [{ action: 'iam:ListOpenIDConnectProviders', resource: '*' }],
    }),
    // Deleting one that has gone is no error.
    DeleteOpenIDConnectProvider: operation<DeleteOpenIDConnectProviderRequest, object>({
      run: (input, call) => {
        const { providers } = accounts.of(call)
        for (const { arn, hostPath } of providers.values())
          if (arn === input.OpenIDConnectProviderArn) providers.delete(hostPath)
        return {}
      },
      asks: (input, call) => [providerAsk(accounts, 'DeleteOpenIDConnectProvider', input, call)],
    }),
    UpdateOpenIDConnectProviderThumbprint: operation<UpdateOpenIDConnectProviderThumbprintRequest, object>({
      run: (input, call) => {
        const provider = findProvider(accounts.of(call), input.OpenIDConnectProviderArn)
        provider.thumbprints = checkThumbprints(input.ThumbprintList)
        return {}
      },
      asks: (input, call) => [providerAsk(accounts, 'UpdateOpenIDConnectProviderThumbprint', input, call)],
    }),
    AddClientIDToOpenIDConnectProvider: operation<AddClientIDToOpenIDConnectProviderRequest, object>({
      run: (input, call) => {
        const provider = findProvider(accounts.of(call), input.OpenIDConnectProviderArn)
        provider.clientIds = checkClientIds([...new Set([...provider.clientIds, input.ClientID ?? ''])])
        return {}
      },
      asks: (input, call) => [providerAsk(accounts, 'AddClientIDToOpenIDConnectProvider', input, call)],
    }),
    RemoveClientIDFromOpenIDConnectProvider: operation<
      RemoveClientIDFromOpenIDConnectProviderRequest,
      object
    >({
      run: (input, call) => {
        const provider = findProvider(accounts.of(call), input.OpenIDConnectProviderArn)
        provider.clientIds = provider.clientIds.filter((id) => id !== input.ClientID)
        return {}
      },
      asks: (input, call) => [providerAsk(accounts, 'RemoveClientIDFromOpenIDConnectProvider', input, call)],
    }),
  }
}

async function createProvider(
  world: World,
  accounts: Accounts,
  input: CreateOpenIDConnectProviderRequest,
  call: Call,
): Promise<Provider> {
  const { providers } = accounts.of(call)
  const hostPath = hostPathOf(input.Url)
  const provider: Provider = {
    arn: providerArn(hostPath, call),
    hostPath,
    createdAt: world.clock.now(),
    clientIds: checkClientIds([...new Set(input.ClientIDList ?? [])]),
    thumbprints: checkThumbprints(input.ThumbprintList),
    tags: newTags(input.Tags, exactKey),
    propagated: false,
  }
  if (provider.thumbprints.length === 0) await connectToIssuer(world, hostPath)
  // Not before: another call can have made it, or the last one that the quota allows, meanwhile.
  if (providers.has(hostPath)) throw alreadyExists(`Provider with url https://${hostPath} already exists.`)
  const most = world.quotas.get('iam:oidc-providers')
  if (providers.size >= most)
    throw limitExceeded(`Cannot exceed quota for OpenIdConnectProvidersPerAccount: ${most}`)
  providers.set(hostPath, provider)
  afterPropagation(world.clock, provider)
  return provider
}

function createAsks(input: CreateOpenIDConnectProviderRequest, call: Call): readonly Ask[] {
  const create = {
    action: 'iam:CreateOpenIDConnectProvider',
    resource: providerArn((input.Url ?? '').replace(/^https:\/\//i, ''), call),
    context: requestTagContext(input.Tags),
  }
  return input.Tags?.length ? [create, { ...create, action: 'iam:TagOpenIDConnectProvider' }] : [create]
}

function providerArn(hostPath: string, { region, principal }: Call): string {
  return globalArn('iam', region, principal.account, `oidc-provider/${hostPath}`)
}
