/** One OpenID Connect provider: how it is found and asked about. */
import type { Ask, Call } from '../service.ts'
import { resourceTagContext } from '../tags.ts'
import type { Account, Accounts, Provider } from './account.ts'
import { noSuchEntity } from './errors.ts'

/** Throws AwsError (NoSuchEntity). */
export function findProvider(account: Account, arn: string | undefined): Provider {
  const provider = providerOf(account, arn)
  if (!provider) throw noSuchEntity(`OpenIDConnect Provider not found for arn ${arn}`)
  return provider
}

/** About a provider that may not exist; `context` is what the request adds. */
export function providerAsk(
  accounts: Accounts,
  action: string,
  { OpenIDConnectProviderArn: arn = '' }: { readonly OpenIDConnectProviderArn: string | undefined },
  call: Call,
  context: NonNullable<Ask['context']> = {},
): Ask {
  const provider = providerOf(accounts.of(call), arn)
  return {
    action: `iam:${action}`,
    resource: arn,
    context: { ...resourceTagContext(provider?.tags), ...context },
  }
}

function providerOf({ providers }: Account, arn: string | undefined): Provider | undefined {
  return [...providers.values()].find((provider) => provider.arn === arn)
}
