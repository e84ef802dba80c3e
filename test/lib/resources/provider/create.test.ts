import {
  AddClientIDToOpenIDConnectProviderCommand,
  CreateOpenIDConnectProviderCommand,
  GetOpenIDConnectProviderCommand,
  RemoveClientIDFromOpenIDConnectProviderCommand,
  TagOpenIDConnectProviderCommand,
  UntagOpenIDConnectProviderCommand,
} from '@aws-sdk/client-iam'
import { describe, expect, test } from 'vitest'
import { createStep } from '../../../../lib/reconcile.ts'
import { refusal, sent } from '../../aws/sdk.ts'
import { golem, HOST, TAG_LIST } from '../golem.ts'
import {
  ARN,
  AUDIENCES,
  added,
  CLUSTER,
  CREATE,
  EXISTS,
  NOT_FOUND,
  NOT_OURS,
  PROVIDER,
  READ,
  removed,
  theProvider,
} from './fixture.ts'

describe('create', () => {
  test('makes an absent one with audiences and tags, and no thumbprint', async () => {
    const { iam, provider } = theProvider(undefined)

    expect(await provider.create(CLUSTER)).toBeUndefined()

    expect(sent(iam)).toEqual([READ, CREATE])
    const [call] = iam.commandCalls(CreateOpenIDConnectProviderCommand)
    expect(call?.args[0].input).not.toHaveProperty('ThumbprintList')
  })

  test('changes nothing when everything is there', async () => {
    const { iam, provider } = theProvider(PROVIDER)

    await provider.create(CLUSTER)

    expect(sent(iam)).toEqual([READ])
  })

  test('adds the audiences that are missing before it takes away those that are too much', async () => {
    const { iam, provider } = theProvider({ ...PROVIDER, ClientIDList: ['old', 'vault', 'older'] })

    await provider.create(golem({ audiences: [...AUDIENCES, 'new'] }))

    expect(sent(iam)).toEqual([
      READ,
      added('sts.amazonaws.com'),
      added('new'),
      removed('old'),
      removed('older'),
    ])
  })

  test('sets and takes away tags', async () => {
    const Tags = [...TAG_LIST.slice(0, 2), { Key: 'team', Value: 'b' }, { Key: 'cost', Value: '1' }]
    const { iam, provider } = theProvider({ ...PROVIDER, Tags })

    await provider.create(CLUSTER)

    expect(sent(iam)).toEqual([
      READ,
      ['TagOpenIDConnectProvider', { OpenIDConnectProviderArn: ARN, Tags: [{ Key: 'team', Value: 'a' }] }],
      ['UntagOpenIDConnectProvider', { OpenIDConnectProviderArn: ARN, TagKeys: ['cost'] }],
    ])
  })

  test('throws what passes by itself while IAM cannot read the issuer', async () => {
    const { iam, provider } = theProvider(undefined)
    const cause = refusal('OpenIdIdpCommunicationErrorException', 'could not connect')
    iam.on(CreateOpenIDConnectProviderCommand).rejects(cause)

    await expect(provider.create(CLUSTER)).rejects.toMatchObject({
      name: 'AwsUnavailable',
      mendedBy: 'time',
      message: expect.stringContaining(`https://${HOST}`),
      cause,
    })
  })

  test.each([
    ['LimitExceededException', 409, 'QuotaExceeded'],
    ['ThrottlingException', 400, 'Throttled'],
    ['ConcurrentModificationException', 409, 'ConcurrentChange'],
    ['ServiceFailureException', 500, 'AwsUnavailable'],
    ['AccessDeniedException', 403, 'AccessDenied'],
    ['InvalidInputException', 400, 'AwsRefused'],
  ])('translates %s', async (code, status, name) => {
    const { iam, provider } = theProvider(undefined)
    iam.on(CreateOpenIDConnectProviderCommand).rejects(refusal(code, 'no', status))

    await expect(provider.create(CLUSTER)).rejects.toMatchObject({
      name,
      message: expect.stringContaining('iam:CreateOpenIDConnectProvider'),
    })
  })

  const DRIFTED = { ClientIDList: ['old'], Tags: [...TAG_LIST.slice(0, 2), { Key: 'cost', Value: '1' }] }

  test.each<[string, (iam: Stub) => unknown]>([
    ['an audience is added', (iam) => iam.on(AddClientIDToOpenIDConnectProviderCommand).rejects(NOT_FOUND)],
    ['one is removed', (iam) => iam.on(RemoveClientIDFromOpenIDConnectProviderCommand).rejects(NOT_FOUND)],
    ['a tag is set', (iam) => iam.on(TagOpenIDConnectProviderCommand).rejects(NOT_FOUND)],
    ['a tag is removed', (iam) => iam.on(UntagOpenIDConnectProviderCommand).rejects(NOT_FOUND)],
  ])('throws ConcurrentChange when it goes before %s', async (_, reject) => {
    const { iam, provider } = theProvider(DRIFTED)
    reject(iam)

    await expect(provider.create(CLUSTER)).rejects.toMatchObject({ name: 'ConcurrentChange' })
  })

  type Stub = ReturnType<typeof theProvider>['iam']
})

describe('EntityAlreadyExists', () => {
  test('means the call whose answer was lost when it is ours, and what differs is mended', async () => {
    const { iam, provider } = theProvider(undefined)
    iam
      .on(GetOpenIDConnectProviderCommand)
      .rejectsOnce(NOT_FOUND)
      .resolves({ ...PROVIDER, ClientIDList: ['vault'] })
    iam.on(CreateOpenIDConnectProviderCommand).rejects(EXISTS)

    expect(await provider.create(CLUSTER)).toBeUndefined()
    expect(sent(iam)).toEqual([READ, CREATE, READ, added('sts.amazonaws.com')])
  })

  test.each(NOT_OURS)('throws ProviderNotOurs for one %s, and changes nothing', async (_, Tags) => {
    const { iam, provider } = theProvider(undefined)
    iam
      .on(GetOpenIDConnectProviderCommand)
      .rejectsOnce(NOT_FOUND)
      .resolves({ ClientIDList: [], ...(Tags && { Tags }) })
    iam.on(CreateOpenIDConnectProviderCommand).rejects(EXISTS)

    await expect(provider.create(CLUSTER)).rejects.toMatchObject({ name: 'ProviderNotOurs' })
    expect(sent(iam)).toEqual([READ, CREATE, READ])
  })

  test('throws ConcurrentChange while it cannot be read', async () => {
    const { iam, provider } = theProvider(undefined)
    iam.on(CreateOpenIDConnectProviderCommand).rejects(EXISTS)

    await expect(provider.create(CLUSTER)).rejects.toMatchObject({
      name: 'ConcurrentChange',
      mendedBy: 'time',
      cause: EXISTS,
    })
  })
})

test('a new one that IAM does not show yet is pending', async () => {
  const { provider } = theProvider(undefined)

  expect(await createStep(provider, CLUSTER)).toMatchObject({ status: 'pending' })
})
