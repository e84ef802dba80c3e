import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Caller } from '../../../lib/tenancy/caller.ts'
import { admissionsIn, seesCluster, tenantsIn } from '../../../lib/tenancy/evaluate.ts'
import { parseTenantRules, type Rule, type Tenant } from '../../../lib/tenancy/tenant.ts'
import { allowing, found as findings } from '../policy/guard-rails/fixture.ts'

const SHOP: Caller = { principal: 'iam:arn:aws:iam::111122223333:role/shop', groups: [] }
const PLACE = { cluster: 'golem', namespace: 'shop-cart' }

function tenant(changes: Partial<Rule> = {}, name = 'shop'): Tenant {
  const rule = { principals: [SHOP.principal], clusters: ['golem'], namespaces: ['shop-*'], ...changes }
  return { tenant: name, ...parseTenantRules({ rules: [rule] }) }
}

describe('admissionsIn', () => {
  test('admits whom a rule names, for its tenant', () => {
    expect(admissionsIn([tenant()], SHOP, PLACE, undefined)).toMatchObject([{ tenant: 'shop' }])
  })

  test('admits nobody by default', () => {
    expect(admissionsIn([], SHOP, PLACE, undefined)).toEqual([])
  })

  test.each([
    ['somebody else', {}, { ...SHOP, principal: 'iam:arn:aws:iam::111122223333:role/shopper' }, PLACE],
    ['another cluster', {}, SHOP, { ...PLACE, cluster: 'golem2' }],
    ['another namespace', {}, SHOP, { ...PLACE, namespace: 'shop' }],
  ])('does not admit %s', (_, rule, caller, place) => {
    expect(admissionsIn([tenant(rule)], caller, place, undefined)).toEqual([])
  })

  test('knows a caller by a group', () => {
    const group = 'group:https://idp.example.org|platform'
    const caller = { principal: 'jwt:https://idp.example.org|ann', groups: [group] }

    expect(admissionsIn([tenant({ principals: [group] })], caller, PLACE, undefined)).toHaveLength(1)
  })

  test('counts only the rules of the tenant that has the role already', () => {
    const tenants = [tenant({}, 'one'), tenant({ namespaces: ['*'] }, 'other')]

    expect(admissionsIn(tenants, SHOP, PLACE, 'other')).toMatchObject([{ tenant: 'other' }])
    expect(admissionsIn(tenants, SHOP, PLACE, 'third')).toEqual([])
  })
})

const BUCKET = 'arn:aws:s3:::shop-carts/*'
const READ_ONLY = 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess'

/** `<pointer> <rule> <severity>` of each. */
function found(rule: Partial<Rule>, asked: object): string[] {
  const [admission] = admissionsIn([tenant(rule)], SHOP, PLACE, undefined)
  return findings(asked, admission?.guardRails)
}

describe('a rule', () => {
  const velero = { policies: [{ catalogue: 'velero', parameters: { bucket: 'backups' } }] }
  const arn = { policies: [{ arn: READ_ONLY }] }
  const tag = { tags: { 'cost/center': 'a' } }
  const get = allowing('s3:GetObject', BUCKET)

  test.each<[string, object, Partial<Rule>, string]>([
    ['catalogue', velero, { catalogue: ['vel*'] }, '/policies/0/catalogue CatalogueEntryNotAllowed'],
    [
      'managedPolicies',
      arn,
      { managedPolicies: ['arn:aws:iam::aws:policy/*ReadOnly*'] },
      '/policies/0/arn ManagedPolicyNotAllowed',
    ],
    ['tagKeys', tag, { tagKeys: ['cost/*'] }, '/tags/cost~1center TagKeyNotAllowed'],
    ['actions', get, { actions: ['S3:get*'] }, '/policies/0/statements/0/Action ActionNotAllowed'],
  ])(
    'refuses what its %s do not list, admits what they do, and lets the rest wait',
    (list, asked, listing, place) => {
      expect(found({}, asked)).toEqual([`${place} refused`])
      expect(found(listing, asked)).toEqual([])
      expect(found({ withApproval: { ...NONE, ...listing } }, asked)).toEqual([`${place} needs-approval`])
      expect(list in listing).toBe(true)
    },
  )

  test.each<[string, Partial<Rule>, readonly string[]]>([
    ['no other account unless it lists it', {}, ['/targetAccountId TargetAccountNotAllowed refused']],
    ['the accounts that it lists', { targetAccounts: ['444455556666'] }, []],
    ['any of the stack’s', { targetAccounts: ['*'] }, []],
  ])('lets a role be in %s', (_, rule, expected) => {
    expect(found(rule, { targetAccountId: '444455556666' })).toEqual(expected)
    expect(found(rule, { targetAccountId: '111122223333' })).toEqual([])
  })

  test('leaves resources open unless it lists them', () => {
    const place = '/policies/0/statements/0/Resource ResourceNotAllowed'
    const rule = { actions: ['s3:*'], resources: ['arn:aws:s3:::other-*'] }
    expect(found({ actions: ['s3:*'] }, get)).toEqual([])
    expect(found(rule, get)).toEqual([`${place} refused`])
    expect(found({ ...rule, withApproval: { ...NONE, resources: ['*'] } }, get)).toEqual([
      `${place} needs-approval`,
    ])
  })

  test('denies whatever else it allows', () => {
    const denying = { actions: ['*'], deniedActions: ['s3:Get*'], deniedResources: ['arn:aws:s3:::shop-*'] }

    expect(found(denying, get)).toEqual([
      '/policies/0/statements/0/Action ActionNotAllowed refused',
      '/policies/0/statements/0/Resource ResourceNotAllowed refused',
    ])
  })

  test('lets wildcards in only when it says so', () => {
    const subject = { subjects: [{ namespace: 'shop-cart', serviceAccount: 'cart-*' }] }
    const whole = allowing('s3:*', BUCKET)

    expect(found({}, subject)).toEqual(['/subjects/0/serviceAccount SubjectWildcard refused'])
    expect(found({ actions: ['s3:*'] }, whole)).toContain(
      '/policies/0/statements/0/Action ServiceWideWildcard needs-approval',
    )
    expect(found({ wildcards: true }, subject)).toEqual([])
    expect(found({ actions: ['s3:*'], wildcards: true }, whole)).not.toContain(
      '/policies/0/statements/0/Action ServiceWideWildcard needs-approval',
    )
  })

  test.each<[string, object, boolean]>([
    ['in its namespaces', { namespace: 'shop-pay' }, true],
    ['in others', { namespace: 'bank' }, false],
    ['in more than its namespaces', { namespace: 'sho*' }, false],
    ['on its cluster, by name', { cluster: 'golem', namespace: 'shop-pay' }, true],
    ['on other clusters', { cluster: 'gaia', namespace: 'shop-pay' }, false],
  ])('lets further subjects %s in or not', (_, subject, isAllowed) => {
    const asked = { subjects: [{ serviceAccount: 'cart', ...subject }] }

    expect(found({ wildcards: true }, asked)).toEqual(
      isAllowed ? [] : ['/subjects/0 SubjectNotAllowed refused'],
    )
  })

  test('lets further subjects be where another rule of the tenant is for the same caller', () => {
    const asked = { subjects: [{ cluster: 'gaia', namespace: 'bank', serviceAccount: 'cart' }] }
    const there = tenant({ clusters: ['gaia'], namespaces: ['bank'] }, 'other')
    const own = { ...tenant(), rules: [...tenant().rules, ...there.rules] }
    const railsOf = (tenants: readonly Tenant[]) =>
      admissionsIn(tenants, SHOP, PLACE, undefined)[0]?.guardRails

    expect(findings(asked, railsOf([own]))).toEqual([])
    expect(findings(asked, railsOf([tenant(), there]))).toEqual(['/subjects/0 SubjectNotAllowed refused'])
  })

  test('lets statements deny whatever they like', () => {
    const statements = [{ Effect: 'Deny', NotAction: 's3:*', Resource: '*' }]

    expect(found({}, { policies: [{ statements }] })).toEqual([])
  })

  test('never admits an action that it does not cover, whatever the patterns are', () => {
    const part = fc.constantFrom('a', 'b', '*', '?', 'ab')
    const text = fc.array(part, { minLength: 1, maxLength: 6 }).map((parts) => parts.join(''))
    fc.assert(
      fc.property(text, text, fc.stringMatching(/^[ab]{0,8}$/), (allowed, asked, action) => {
        fc.pre(!allowed.includes('?'))
        const refused = found({ actions: [`s3:${allowed}`] }, allowing(`s3:${asked}`, BUCKET))
        const isAdmitted = !refused.some((one) => one.includes('ActionNotAllowed'))
        if (isAdmitted && regularOf(asked).test(action)) expect(regularOf(allowed).test(action)).toBe(true)
      }),
      { numRuns: 1_000 },
    )
  })
})

const NONE = { catalogue: [], managedPolicies: [], actions: [], resources: [], tagKeys: [] }

function regularOf(pattern: string): RegExp {
  return new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`)
}

test('a caller sees the clusters that a rule names them for', () => {
  expect(seesCluster([tenant()], SHOP, 'golem')).toBe(true)
  expect(seesCluster([tenant()], SHOP, 'other')).toBe(false)
  expect(seesCluster([tenant()], { principal: 'iam:x', groups: [] }, 'golem')).toBe(false)
})

test('a caller acts in a place for every tenant with a rule that names both', () => {
  const tenants = [tenant({}, 'one'), tenant({ namespaces: ['bank'] }, 'two'), tenant({}, 'three')]

  expect([...tenantsIn(tenants, SHOP, PLACE)]).toEqual(['one', 'three'])
})
