import type { ListTagsResponse } from '@aws-sdk/client-lambda'
import { describe, expect, it } from 'vitest'
import { ACCOUNT, FUNCTION, lambdaFixture, REGION } from './fixture.ts'

const Resource = FUNCTION

function numbered(count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, '']))
}

async function withFunction(Tags: Record<string, string> = {}) {
  const fixture = lambdaFixture()
  await fixture.create('export const handler = async () => 1', { Tags })
  const { send } = fixture
  return {
    ...fixture,
    tag: (Tags: Record<string, string>) => send('TagResource', { Resource, Tags }),
    tags: async () => (await send<ListTagsResponse>('ListTags', { Resource })).Tags,
  }
}

describe('tags of a function', () => {
  it('are those that it was made with, changed one by one', async () => {
    const { send, tag, tags } = await withFunction({ team: 'identity', stage: 'prod' })

    await tag({ stage: 'test', new: '' })
    await send('UntagResource', { Resource, TagKeys: ['team', 'never'] })

    expect(await tags()).toEqual({ stage: 'test', new: '' })
    expect(await send('GetFunction', { FunctionName: 'work' })).toMatchObject({
      Tags: { stage: 'test', new: '' },
    })
  })

  it('are 50 at most, those that are there counted', async () => {
    const { tag, tags } = await withFunction(numbered(49))

    await tag({ last: '' })
    await expect(tag({ more: '' })).rejects.toMatchObject({ code: 'InvalidParameterValueException' })
    await tag({ k7: 'changed' })

    expect(Object.keys((await tags()) ?? {})).toHaveLength(50)
  })

  it.each([
    ['an empty key', { '': 'a' }],
    ['a key of 129 characters', { ['k'.repeat(129)]: 'a' }],
    ['a value of 257 characters', { k: 'v'.repeat(257) }],
    ['a key of AWS’s own', { 'aws:cloudformation:stack-name': 'a' }],
  ])('have not %s', async (_, Tags) => {
    const { tag, tags } = await withFunction({ team: 'identity' })

    await expect(tag(Tags)).rejects.toMatchObject({ code: 'InvalidParameterValueException' })

    expect(await tags()).toEqual({ team: 'identity' })
  })

  it('are IAM’s business', async () => {
    const { asks } = await withFunction()

    expect(asks('TagResource', { Resource, Tags: { a: 'b' } })).toEqual([
      {
        action: 'lambda:TagResource',
        resource: FUNCTION,
        context: { 'aws:RequestTag/a': 'b', 'aws:TagKeys': ['a'] },
        owner: ACCOUNT,
      },
    ])
    expect(asks('UntagResource', { Resource, TagKeys: ['a'] })).toMatchObject([
      { action: 'lambda:UntagResource', context: { 'aws:TagKeys': ['a'] } },
    ])
    expect(asks('ListTags', { Resource })).toMatchObject([{ action: 'lambda:ListTags', resource: FUNCTION }])
  })
})

describe.each(['TagResource', 'UntagResource', 'ListTags'])('%s', (operation) => {
  it.each([
    ['a function that is not there', FUNCTION.replace('work', 'missing'), 'ResourceNotFoundException'],
    ['a version', `${FUNCTION}:1`, 'NotInLocalMode'],
    [
      'an event source mapping',
      `arn:aws:lambda:${REGION}:${ACCOUNT}:event-source-mapping:00000000-0000-4000-8000-000000000000`,
      'NotInLocalMode',
    ],
  ])('refuses %s', async (_, arn, code) => {
    const { send } = await withFunction()

    await expect(send(operation, { Resource: arn, Tags: { a: 'b' }, TagKeys: ['a'] })).rejects.toMatchObject({
      code,
    })
  })
})
