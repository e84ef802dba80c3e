/** Tags of roles, providers and policies. */
import type { Tag } from '@aws-sdk/client-iam'
import { type Ask, type Call, operation } from '../service.ts'
import { requestTagContext, type Tags, tagList } from '../tags.ts'
import type { Account, Accounts } from './account.ts'
import { validationError } from './errors.ts'
import { type PageEnd, page } from './names.ts'
import { ownPolicy, policyAsk } from './policy.ts'
import { findProvider, providerAsk } from './provider.ts'
import { findRole, roleAsk } from './role.ts'
import { caselessKey, exactKey, withoutTags, withTags } from './tags.ts'

export function tagOperations(accounts: Accounts) {
  const role = operationsOf<{ readonly RoleName: string | undefined }>({
    accounts,
    find: (account, { RoleName }) => findRole(account, RoleName),
    ask: (action, { RoleName }, call, context) => roleAsk(accounts, action, RoleName, call, context),
    named: 'Role',
    identityOf: caselessKey,
  })
  const provider = operationsOf<{ readonly OpenIDConnectProviderArn: string | undefined }>({
    accounts,
    find: (account, input) => findProvider(account, input.OpenIDConnectProviderArn),
    ask: (action, input, call, context) => providerAsk(accounts, action, input, call, context),
    named: 'OpenIDConnectProvider',
    identityOf: exactKey,
  })
  const policy = operationsOf<{ readonly PolicyArn: string | undefined }>({
    accounts,
    find: (account, input) => ownPolicy(account, input.PolicyArn),
    ask: (action, input, call, context) => policyAsk(accounts, action, input, call, context),
    named: 'Policy',
    identityOf: exactKey,
  })
  return {
    TagRole: role.tag,
    UntagRole: role.untag,
    ListRoleTags: role.list,
    TagOpenIDConnectProvider: provider.tag,
    UntagOpenIDConnectProvider: provider.untag,
    ListOpenIDConnectProviderTags: provider.list,
    TagPolicy: policy.tag,
    UntagPolicy: policy.untag,
    ListPolicyTags: policy.list,
  }
}

interface Tagged<Reference> {
  readonly accounts: Accounts
  readonly find: (account: Account, input: Reference) => { tags: Tags }
  readonly ask: (action: string, input: Reference, call: Call, context?: NonNullable<Ask['context']>) => Ask
  readonly named: string
  readonly identityOf: (key: string) => string
}

interface TagList extends PageEnd {
  readonly Tags: Tag[]
}

interface ListRequest {
  readonly Marker?: string | undefined
  readonly MaxItems?: number | undefined
}

function operationsOf<Reference>({ accounts, find, ask, named, identityOf }: Tagged<Reference>) {
  return {
    tag: operation<Reference & { readonly Tags?: Tag[] }, object>({
      run: (input, call) => {
        const entity = find(accounts.of(call), input)
        entity.tags = withTags(entity.tags, required('tags', input.Tags), identityOf)
        return {}
      },
      asks: (input, call) => [ask(`Tag${named}`, input, call, requestTagContext(input.Tags))],
    }),
    untag: operation<Reference & { readonly TagKeys?: string[] }, object>({
      run: (input, call) => {
        const entity = find(accounts.of(call), input)
        entity.tags = withoutTags(entity.tags, required('tagKeys', input.TagKeys), identityOf)
        return {}
      },
      asks: (input, call) => [ask(`Untag${named}`, input, call, { 'aws:TagKeys': input.TagKeys ?? [] })],
    }),
    list: operation<Reference & ListRequest, TagList>({
      run: (input, call) => {
        const { tags } = find(accounts.of(call), input)
        const { items, end } = page(tagList(tags), ({ Key }) => Key, input)
        return { Tags: [...items], ...end }
      },
      asks: (input, call) => [ask(`List${named}Tags`, input, call)],
    }),
  }
}

function required<Item>(member: string, items: readonly Item[] | undefined): readonly Item[] {
  if (!items)
    throw validationError(
      `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`,
    )
  return items
}
