import { describe, expect, test } from 'vitest'
import { NO_LIMITS } from '../../../../lib/policy/guard-rails.ts'
import { claimIssuer } from '../../../../lib/registry/claims.ts'
import { requestRole } from '../../../../lib/registry/request-role.ts'
import { putTenant } from '../../../../lib/registry/tenants.ts'
import { parseTenantRules } from '../../../../lib/tenancy/tenant.ts'
import { STACK } from '../../resources/golem.ts'
import { ADMINISTRATOR, NOW, OTHER_PRINCIPAL, OTHER_TEAM, TEAM, TEAM_PRINCIPAL } from '../fixture.ts'
import { tokenOfPod } from '../token.ts'
import { fixture } from './fixture.ts'

describe('POST /explain', () => {
  const ROLE = 'arn:aws:iam::000000000000:role/irsa/golem/dev_golem_default_reader'
  const ISSUER = 'https://irsa.golem.gigantic.io'

  async function withRole() {
    const all = await fixture()
    const request = { namespace: 'default', serviceAccount: 'reader', policies: [] }
    const asked = {
      cluster: 'golem',
      request,
      requestedBy: 'team',
      now: NOW,
      admit: () => [{ tenant: 'team', guardRails: NO_LIMITS }] as const,
    }
    await requestRole(all.table, STACK, asked)
    await claimIssuer(all.table, { issuer: ISSUER, cluster: 'golem', accountId: STACK.accountId })
    for (const [tenant, principal] of Object.entries({ team: TEAM_PRINCIPAL, other: OTHER_PRINCIPAL })) {
      const rules = parseTenantRules({
        rules: [{ principals: [principal], clusters: ['golem'], namespaces: ['default'] }],
      })
      await putTenant(all.table, { ...rules, tenant, version: 1 })
    }
    return all
  }

  test('says what STS would do, and repeats and writes down nothing of the token', async () => {
    const { ask, written, fetched } = await withRole()
    const token = tokenOfPod(ISSUER)

    const { statusCode, body, json } = await ask('POST', '/explain', {
      userArn: TEAM,
      json: { token, roleArn: ROLE },
    })

    expect(statusCode).toBe(200)
    expect(json).toMatchObject({
      isAdmitted: false,
      steps: [{ name: 'token', outcome: 'passes' }, {}, {}, {}, {}, {}, {}, {}],
    })
    expect(fetched).toEqual([`${ISSUER}/.well-known/openid-configuration`])
    for (const part of token.split('.')) expect(body).not.toContain(part)
    expect(await written()).toEqual([])
  })

  test('fetches nothing from an issuer that is not of this stack', async () => {
    const { ask, fetched } = await withRole()

    const { statusCode } = await ask('POST', '/explain', {
      json: { token: tokenOfPod('https://evil.example.org'), roleArn: ROLE },
    })

    expect(statusCode).toBe(200)
    expect(fetched).toEqual([])
  })

  test.each([
    ['of another tenant', OTHER_TEAM, ROLE],
    ['that nobody asked for', ADMINISTRATOR, ROLE.replace('reader', 'writer')],
    ['of another path', ADMINISTRATOR, ROLE.replace('/golem/', '/gaia/')],
    ['of another account', ADMINISTRATOR, ROLE.replace('000000000000', '111122223333')],
    ['that is not ours', ADMINISTRATOR, 'arn:aws:iam::000000000000:role/admin'],
  ])('does not know a role %s', async (_, userArn, roleArn) => {
    const { ask, fetched } = await withRole()

    const { statusCode, json } = await ask('POST', '/explain', {
      userArn,
      json: { token: tokenOfPod(ISSUER), roleArn },
    })

    expect([statusCode, json.type]).toEqual([404, 'urn:irsa:error:RoleNotFound'])
    expect(fetched).toEqual([])
  })

  test.each([
    ['no token', { roleArn: ROLE }, '/token'],
    ['an ARN that is none', { token: 'secret-token', roleArn: 'secret-token' }, '/roleArn'],
    ['a token that is too long', { token: `secret-token${'x'.repeat(20_000)}`, roleArn: ROLE }, '/token'],
  ])('refuses %s, without repeating what was there', async (_, json, pointer) => {
    const { ask } = await withRole()

    const answered = await ask('POST', '/explain', { json })

    expect(answered.statusCode).toBe(400)
    expect(answered.json.errors).toMatchObject([{ pointer }])
    expect(answered.body).not.toContain('secret-token')
  })
})
