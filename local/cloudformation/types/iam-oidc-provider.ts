/** AWS::IAM::OIDCProvider. */
import type { CreateOpenIDConnectProviderResponse } from '@aws-sdk/client-iam'
import * as z from 'zod'
import { unlessGone } from '../gone.ts'
import { tags, text } from '../properties.ts'
import { resourceType } from '../resource-type.ts'
import { tagChanges } from '../tag-changes.ts'

const properties = z.strictObject({
  Url: text.optional(),
  ClientIdList: z.array(text).optional(),
  ThumbprintList: z.array(text).optional(),
  Tags: tags.optional(),
})

export const iamOidcProvider = resourceType<z.infer<typeof properties>>({
  properties,
  attributes: ['Arn'],
  replacedBy: ['Url'],
  async create({ ClientIdList, ...rest }, { request }) {
    const { OpenIDConnectProviderArn: arn = '' } = await request<CreateOpenIDConnectProviderResponse>(
      'iam',
      'CreateOpenIDConnectProvider',
      { ...rest, ...(ClientIdList && { ClientIDList: ClientIdList }) },
    )
    return { physicalId: arn, attributes: { Arn: arn } }
  },
  async update({ physicalId: OpenIDConnectProviderArn, before, after, attributes }, { request }) {
    const { ClientIdList: had = [] } = before
    const { ClientIdList: wanted = [], ThumbprintList } = after
    const ask = (operation: string, input: object) =>
      request('iam', operation, { OpenIDConnectProviderArn, ...input })
    for (const ClientID of wanted)
      if (!had.includes(ClientID)) await ask('AddClientIDToOpenIDConnectProvider', { ClientID })
    for (const ClientID of had)
      if (!wanted.includes(ClientID)) await ask('RemoveClientIDFromOpenIDConnectProvider', { ClientID })
    if (ThumbprintList?.join() !== before.ThumbprintList?.join())
      await ask('UpdateOpenIDConnectProviderThumbprint', { ThumbprintList: ThumbprintList ?? [] })
    const { added, removedKeys } = tagChanges(before.Tags, after.Tags)
    if (removedKeys.length > 0) await ask('UntagOpenIDConnectProvider', { TagKeys: removedKeys })
    if (added.length > 0) await ask('TagOpenIDConnectProvider', { Tags: added })
    return attributes
  },
  delete: ({ physicalId: OpenIDConnectProviderArn }, { request }) =>
    unlessGone(['NoSuchEntity'], () =>
      request('iam', 'DeleteOpenIDConnectProvider', { OpenIDConnectProviderArn }),
    ),
})
