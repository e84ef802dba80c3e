import { GetOpenIDConnectProviderCommand } from '@aws-sdk/client-iam'
import { describe, expect, test } from 'vitest'
import { partitionOf } from '../../../../lib/aws/partitions.ts'
import { refusal, sent } from '../../aws/sdk.ts'
import { STACK, TAG_LIST } from '../golem.ts'
import { ARN, AUDIENCES, CLUSTER, PROVIDER, READ, READY, theProvider } from './fixture.ts'

describe('observe', () => {
  test('finds it by its computed ARN, and no difference in the order of lists', async () => {
    const { iam, provider } = theProvider(PROVIDER)

    expect(await provider.observe(CLUSTER)).toEqual(READY)
    expect(sent(iam)).toEqual([READ])
  })

  test('looks in the partition of the stack', async () => {
    const stack = { ...STACK, partition: partitionOf('us-gov-west-1') }
    const { iam, provider } = theProvider(PROVIDER, stack)

    await provider.observe(CLUSTER)

    const OpenIDConnectProviderArn = ARN.replace('arn:aws:', 'arn:aws-us-gov:')
    expect(sent(iam)).toEqual([['GetOpenIDConnectProvider', { OpenIDConnectProviderArn }]])
  })

  test('says absent when there is none', async () => {
    const { provider } = theProvider(undefined)

    expect(await provider.observe(CLUSTER)).toEqual({ status: 'absent' })
  })

  test.each([
    ['missing', ['vault']],
    ['too much', ['other', ...AUDIENCES]],
    ['another', ['other', 'vault']],
    ['gone, the other too', []],
  ])('names the audiences when one is %s', async (_, observed) => {
    const { provider } = theProvider({ ...PROVIDER, ClientIDList: observed })

    expect(await provider.observe(CLUSTER)).toEqual({
      ...READY,
      differences: [{ field: 'ClientIDList', desired: AUDIENCES, observed }],
    })
  })

  test('names every tag that is missing, other or too much', async () => {
    const Tags = [...TAG_LIST.slice(0, 2), { Key: 'team', Value: 'b' }, { Key: 'cost', Value: '1' }]
    const { provider } = theProvider({ ...PROVIDER, Tags })

    expect(await provider.observe({ ...CLUSTER, tags: { team: 'a', owner: 'x' } })).toMatchObject({
      differences: [
        { field: 'Tags.cost', desired: undefined, observed: '1' },
        { field: 'Tags.owner', desired: 'x', observed: undefined },
        { field: 'Tags.team', desired: 'a', observed: 'b' },
      ],
    })
  })

  test('throws rather than say absent when IAM refuses', async () => {
    const { iam, provider } = theProvider(undefined)
    iam.on(GetOpenIDConnectProviderCommand).rejects(refusal('Throttling'))

    await expect(provider.observe(CLUSTER)).rejects.toMatchObject({ name: 'Throttled' })
  })
})
