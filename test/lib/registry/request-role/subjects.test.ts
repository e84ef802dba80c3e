import { describe, expect, test } from 'vitest'
import { ClusterNotFound, InvalidInput, RequestRefused } from '../../../../lib/errors.ts'
import { NO_LIMITS } from '../../../../lib/policy/guard-rails.ts'
import { listTrustingRoles, type TrustingRole } from '../../../../lib/registry/subject-clusters.ts'
import { golemRecord, itemsOf, putCluster } from '../registry.ts'
import { ask, KEY, theTable } from './fixture.ts'

const CART = { namespace: 'shop', serviceAccount: 'cart' }

async function tableWithGaia(accountId = golemRecord().desired.accountId) {
  const table = await theTable()
  const { desired } = golemRecord()
  const issuer = 'https://irsa.gaia.gigantic.io'
  await putCluster(table, golemRecord({ desired: { ...desired, cluster: 'gaia', issuer, accountId } }))
  return table
}

describe('requestRole with further subjects', () => {
  test('writes down at their cluster which role trusts it', async () => {
    const table = await tableWithGaia()

    const record = await ask(table, { subjects: [{ cluster: 'gaia', ...CART }, CART] })

    expect(record.content.subjects).toEqual([{ cluster: 'gaia', ...CART }, CART])
    const trusting: TrustingRole[] = []
    for await (const role of listTrustingRoles(table, 'gaia')) trusting.push(role)
    expect(trusting).toEqual([{ cluster: 'golem', ...KEY }])
    expect((await itemsOf(table)).filter(({ sk }) => String(sk).startsWith('TRUSTS#'))).toHaveLength(1)
  })

  test.each<[string, object, new (...parts: never[]) => Error]>([
    ['a cluster that there is not', { cluster: 'nobody', ...CART }, ClusterNotFound],
    ['a name that is none', { ...CART, namespace: 'Shop' }, InvalidInput],
    ['wildcards for everything', { namespace: '*', serviceAccount: '*' }, InvalidInput],
    ['wildcards, where no rule allows them', { ...CART, serviceAccount: '*' }, RequestRefused],
    ['a principal', { ...CART, principal: 'arn:aws:iam::444455556666:root' }, InvalidInput],
  ])('writes nothing for %s', async (_, subject, kind) => {
    const table = await tableWithGaia()
    const before = await itemsOf(table)

    await expect(ask(table, { subjects: [subject] })).rejects.toThrow(kind)

    expect(await itemsOf(table)).toEqual(before)
  })

  test('takes a cluster of another account', async () => {
    const table = await tableWithGaia('444455556666')
    const subjects = [{ cluster: 'gaia', ...CART }]

    expect(await ask(table, { subjects })).toMatchObject({ content: { subjects } })
  })

  test('takes wildcards where a rule allows them', async () => {
    const table = await theTable()
    const guardRails = { ...NO_LIMITS, wildcards: true }
    const subjects = [{ namespace: 'team-*', serviceAccount: '*' }]
    const admit = () => [{ tenant: 'team', guardRails }] as const

    expect(await ask(table, { subjects }, { admit })).toMatchObject({ content: { subjects } })
  })
})
