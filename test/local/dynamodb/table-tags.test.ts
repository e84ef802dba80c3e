import type { Tag } from '@aws-sdk/client-dynamodb'
import { describe, expect, test } from 'vitest'
import { dynamodbFixture } from './fixture.ts'

const ResourceArn = 'arn:aws:dynamodb:eu-central-1:000000000000:table/registry'
const team = { Key: 'team', Value: 'identity' }

function numbered(count: number, start = 0): Tag[] {
  return Array.from({ length: count }, (_, index) => ({ Key: `k${start + index}`, Value: '' }))
}

async function withTable(Tags: Tag[] = []) {
  const fixture = await dynamodbFixture()
  await fixture.createTable({ Tags })
  const { run } = fixture
  return {
    ...fixture,
    tag: (...Tags: Tag[]) => run('TagResource', { ResourceArn, Tags }),
    tags: async () => (await run<{ Tags: Tag[] }>('ListTagsOfResource', { ResourceArn })).Tags,
  }
}

describe('tags of a table', () => {
  test('are those that it was made with, changed one by one', async () => {
    const { run, tag, tags } = await withTable([team, { Key: 'stage', Value: 'prod' }])

    expect(await tag({ Key: 'stage', Value: 'test' }, { Key: 'new', Value: '' })).toEqual({})
    expect(await run('UntagResource', { ResourceArn, TagKeys: ['team', 'never'] })).toEqual({})

    expect(await tags()).toEqual([
      { Key: 'stage', Value: 'test' },
      { Key: 'new', Value: '' },
    ])
  })

  test('are 50 at most, those that are there counted', async () => {
    const { tag, tags } = await withTable(numbered(49))

    await tag(...numbered(1, 49))
    await expect(tag(...numbered(1, 50))).rejects.toMatchObject({ code: 'ValidationException' })
    await tag({ Key: 'k7', Value: 'changed' })

    expect(await tags()).toHaveLength(50)
  })

  test.each([
    ['an empty key', { Key: '', Value: 'a' }],
    ['a key of 129 characters', { Key: 'k'.repeat(129), Value: 'a' }],
    ['a value of 257 characters', { Key: 'k', Value: 'v'.repeat(257) }],
    ['a key of AWS’s own', { Key: 'aws:cloudformation:stack-name', Value: 'a' }],
    ['characters that are not allowed', { Key: 'k', Value: '<>' }],
  ])('have not %s', async (_, tag) => {
    const fixture = await withTable([team])

    await expect(fixture.tag(tag)).rejects.toMatchObject({ code: 'ValidationException' })

    expect(await fixture.tags()).toEqual([team])
  })

  test('are IAM’s business, those of the table and those of the request', async () => {
    const { asks } = await withTable([team])

    expect(asks('TagResource', { ResourceArn, Tags: [{ Key: 'a', Value: 'b' }] })).toEqual([
      {
        action: 'dynamodb:TagResource',
        resource: ResourceArn,
        context: { 'aws:ResourceTag/team': 'identity', 'aws:RequestTag/a': 'b', 'aws:TagKeys': ['a'] },
        owner: '000000000000',
      },
    ])
    expect(asks('UntagResource', { ResourceArn, TagKeys: ['team'] })).toMatchObject([
      { action: 'dynamodb:UntagResource', context: { 'aws:TagKeys': ['team'] } },
    ])
    expect(asks('ListTagsOfResource', { ResourceArn })).toMatchObject([
      { action: 'dynamodb:ListTagsOfResource', resource: ResourceArn },
    ])
  })
})

describe.each(['TagResource', 'UntagResource', 'ListTagsOfResource'])('%s', (operation) => {
  test.each([
    ['no ARN', 'registry', 'ValidationException'],
    ['a table that is not there', `${ResourceArn}2`, 'ResourceNotFoundException'],
    [
      'a table of another region',
      ResourceArn.replace('eu-central-1', 'us-east-1'),
      'ResourceNotFoundException',
    ],
    ['a stream', `${ResourceArn}/stream/2026-01-01T00:00:00.000`, 'NotInLocalMode'],
  ])('refuses %s', async (_, arn, code) => {
    const { run } = await withTable()

    await expect(run(operation, { ResourceArn: arn, Tags: [team], TagKeys: ['a'] })).rejects.toMatchObject({
      code,
    })
  })
})

test('there is one page of tags, and no token for another', async () => {
  const { run } = await withTable([team])

  await expect(run('ListTagsOfResource', { ResourceArn, NextToken: 'next' })).rejects.toMatchObject({
    code: 'ValidationException',
  })
})
