import { describe, expect, test } from 'vitest'
import { allItems } from '../../../lib/aws/pages.ts'
import { refusal } from './sdk.ts'

async function* pages(...list: readonly ({ items?: string[] } | Error)[]) {
  for (const page of list) {
    if (page instanceof Error) throw page
    yield page
  }
}

describe('allItems', () => {
  test('are those of every page, an empty one included', async () => {
    const items = await allItems(
      'iam:ListRoles',
      pages({ items: ['a', 'b'] }, {}, { items: ['c'] }),
      (page) => page.items,
    )

    expect(items).toEqual(['a', 'b', 'c'])
  })

  test('are none rather than some when a later page fails', async () => {
    const failing = allItems(
      'iam:ListRoles',
      pages({ items: ['a'] }, refusal('Throttling')),
      (page) => page.items,
    )

    await expect(failing).rejects.toMatchObject({
      name: 'Throttled',
      message: 'iam:ListRoles: Throttling: no (request 5f0)',
    })
  })

  test('tell that what they are listed of has gone since it was read', async () => {
    const failing = allItems(
      'iam:ListRolePolicies',
      pages(refusal('NoSuchEntityException', 'gone', 404)),
      (page) => page.items,
    )

    await expect(failing).rejects.toMatchObject({ name: 'ConcurrentChange' })
  })
})
