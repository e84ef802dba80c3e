import { describe, expect, test } from 'vitest'
import { sent } from '../../aws/sdk.ts'
import { ARN, AUDIENCES, CLUSTER, NOT_OURS, READ, theProvider } from './fixture.ts'

describe.each(['observe', 'create', 'delete'] as const)('%s', (verb) => {
  test.each(NOT_OURS)('throws ProviderNotOurs for one %s, and only looks', async (_, Tags) => {
    const { iam, provider } = theProvider({ ClientIDList: AUDIENCES, ...(Tags && { Tags }) })

    await expect(provider[verb](CLUSTER)).rejects.toMatchObject({
      name: 'ProviderNotOurs',
      message: expect.stringContaining(ARN),
    })
    expect(sent(iam)).toEqual([READ])
  })
})
