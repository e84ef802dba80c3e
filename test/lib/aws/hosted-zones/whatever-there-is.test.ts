import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { findHostedZoneIfAny, lookForHostedZone } from '../../../../lib/aws/hosted-zones.ts'
import type { AllowedZone } from '../../../../lib/aws/stack.ts'
import { ELSEWHERE, GOLEM, HOST, OWNER, STACK_ACCOUNT, theZonesByPage, twoAccounts, zone } from './fixture.ts'

test('whatever zones there are, it is the longest public one that covers the host and that the account may use', async () => {
  const names = ['gigantic.io', 'golem.gigantic.io', HOST, 'example.com']
  const entry = fc.record({
    name: fc.constantFrom(...names),
    isPrivate: fc.boolean(),
    isElsewhere: fc.boolean(),
    isListed: fc.boolean(),
    usedBy: fc.option(fc.subarray([OWNER, '777788889999'], { minLength: 1 }), { nil: undefined }),
  })
  const zones = fc.uniqueArray(entry, { selector: ({ name }) => name, maxLength: 4 })

  await fc.assert(
    fc.asyncProperty(zones, async (drawn) => {
      const all = drawn.map((one, index) => ({ ...one, id: `Z${index + 1}` }))
      const listed = ({ id, name, isElsewhere, usedBy }: (typeof all)[number]): AllowedZone => ({
        id,
        name,
        usedBy,
        accountId: isElsewhere ? ELSEWHERE : undefined,
      })
      const there = (isElsewhere: boolean) =>
        all
          .filter((one) => one.isElsewhere === isElsewhere)
          .map(({ id, name, isPrivate }) => zone(id, name, isPrivate))
      // The last one says that there is a list: an empty one opens all.
      const list = [...all.filter(({ isListed }) => isListed).map(listed), { id: 'Z9', name: 'nobodys.com' }]
      const { zoning } = twoAccounts(there(false), there(true), list)

      const found = await findHostedZoneIfAny(zoning, GOLEM)

      const usable = all
        .filter(({ isListed, isPrivate }) => isListed && !isPrivate)
        .filter(({ name }) => HOST === name || HOST.endsWith(`.${name}`))
        .filter(({ usedBy }) => usedBy === undefined || usedBy.includes(OWNER))
      const longest = usable.toSorted((one, other) => other.name.length - one.name.length)[0]
      expect(found?.id).toBe(longest?.id)
      expect(found?.accountId).toBe(longest && (longest.isElsewhere ? ELSEWHERE : STACK_ACCOUNT))
    }),
  )
})

test('however many zones there are, and however Route 53 orders and cuts its list, it is what a look at all of them finds, in no more calls', async () => {
  const labels = ['irsa', 'golem', 'golem-2', 'zz']
  const below = fc.array(fc.constantFrom(...labels), { maxLength: 2 })
  const name = fc
    .tuple(below, fc.constantFrom('gigantic.io', 'gigantic.io', 'a.io'))
    .map(([above, domain]) => [...above, domain].join('.'))
  const drawn = fc.record({
    host: name,
    zones: fc.array(fc.record({ name, isPrivate: fc.boolean() }), { maxLength: 30 }),
    size: fc.integer({ min: 1, max: 8 }),
    between: fc.constantFrom('.', '\0'),
  })

  await fc.assert(
    fc.asyncProperty(drawn, async ({ host, zones: all, size, between }) => {
      const zones = all.map(({ name, isPrivate }, index) => zone(`Z${100 + index}`, name, isPrivate))
      const { route53, zoning } = theZonesByPage({ zones, size, between })

      const found = await lookForHostedZone(zoning, { host, accountId: OWNER }).catch(
        (error: unknown) => error,
      )

      const above = host
        .split('.')
        .slice(0, -1)
        .map((_, index, { length }) =>
          host
            .split('.')
            .slice(-1 - length + index)
            .join('.'),
        )
      const covering = above.flatMap((longest) => zones.filter(({ Name }) => Name === `${longest}.`))
      const [best] = covering.filter(({ Config }) => Config?.PrivateZone === false)
      const rivals = covering.filter(
        ({ Name, Config }) => Name === best?.Name && Config?.PrivateZone === false,
      )
      const obstacle = covering.length > 0 ? 'HostedZonePrivate' : 'HostedZoneNotFound'
      expect(found).toMatchObject(
        best === undefined
          ? { obstacle: { name: obstacle } }
          : rivals.length > 1
            ? { name: 'HostedZoneAmbiguous' }
            : { zone: { id: best.Id?.replace('/hostedzone/', '') } },
      )
      // As many as asking name by name, page by page.
      const byName = above.map((one) =>
        Math.ceil((zones.filter(({ Name }) => Name === `${one}.`).length + 1) / size),
      )
      expect(route53.calls().length).toBeLessThanOrEqual(byName.reduce((sum, pages) => sum + pages, 0))
    }),
    { numRuns: 300 },
  )
})
