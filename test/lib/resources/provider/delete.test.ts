import { DeleteOpenIDConnectProviderCommand, GetOpenIDConnectProviderCommand } from '@aws-sdk/client-iam'
import { describe, expect, test } from 'vitest'
import { refusal, sent } from '../../aws/sdk.ts'
import { TAG_LIST } from '../golem.ts'
import { CLUSTER, DELETE, NOT_FOUND, PROVIDER, READ, theProvider } from './fixture.ts'

describe('delete', () => {
  test('deletes ours', async () => {
    const { iam, provider } = theProvider(PROVIDER)

    await provider.delete(CLUSTER)

    expect(sent(iam)).toEqual([READ, DELETE])
  })

  test('deletes it however much it has drifted', async () => {
    const { iam, provider } = theProvider({ ClientIDList: ['other'], Tags: TAG_LIST.slice(0, 2) })

    await provider.delete(CLUSTER)

    expect(sent(iam)).toEqual([READ, DELETE])
  })

  test('is content the second time', async () => {
    const { iam, provider } = theProvider(undefined)
    iam.on(GetOpenIDConnectProviderCommand).resolvesOnce(PROVIDER).rejects(NOT_FOUND)

    await provider.delete(CLUSTER)
    await provider.delete(CLUSTER)

    expect(sent(iam)).toEqual([READ, DELETE, READ])
  })

  test('is content when it goes meanwhile', async () => {
    const { iam, provider } = theProvider(PROVIDER)
    iam.on(DeleteOpenIDConnectProviderCommand).rejects(NOT_FOUND)

    expect(await provider.delete(CLUSTER)).toBeUndefined()
  })

  test('throws what IAM refuses', async () => {
    const { iam, provider } = theProvider(PROVIDER)
    iam.on(DeleteOpenIDConnectProviderCommand).rejects(refusal('Throttling'))

    await expect(provider.delete(CLUSTER)).rejects.toMatchObject({ name: 'Throttled' })
  })
})
