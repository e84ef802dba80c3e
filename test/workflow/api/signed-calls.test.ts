/** Calls of somebody whom IAM knows: what comes through, what a tenant's rules give, and what waits for an approver. */
import { ListAttachedRolePoliciesCommand } from '@aws-sdk/client-iam'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { REGION } from '../../../cli/package-stack.ts'
import { iamClient } from '../../../lib/aws/clients.ts'
import { partitionOf } from '../../../lib/aws/partitions.ts'
import { signedBy } from '../../local/apigateway/fixture.ts'
import { roleSession } from '../caller.ts'
import { clusterNamed, type Pipeline, POLL, sharePipeline } from '../pipeline.ts'
import { allMade, announced, asking, CONTENT, untilReady } from './fixture.ts'

let pipeline: Pipeline
const ask = asking(() => pipeline)

beforeAll(async () => {
  pipeline = await sharePipeline()
  await announced(pipeline, 'guild', clusterNamed('guild'))
})

afterAll(async () => {
  await allMade(ask, 'guild')
  await pipeline.stop()
})

describe('a signed call', () => {
  test('of another account does not come through', async () => {
    const refused = await pipeline.ask('GET', '/clusters', undefined, signedBy('local-111122223333'))

    expect([refused.status, refused.body]).toEqual([403, '{"message":"Forbidden"}'])
  })

  test('that asks for more than its rules give by themselves waits for an approver, and is made once it is approved', async () => {
    const headers = await roleSession(pipeline, 'mill-deployer')
    const path = '/clusters/guild/roles/mill/wheel'
    const wide = {
      policies: [
        { catalogue: 's3-read', parameters: { bucket: 'golem-more' } },
        { arn: 'arn:aws:iam::aws:policy/AmazonS3FullAccess' },
      ],
    }
    const rule = {
      principals: ['iam:arn:aws:iam::000000000000:role/mill-deployer'],
      clusters: ['guild'],
      namespaces: ['mill'],
      catalogue: ['s3-read'],
      withApproval: { managedPolicies: ['arn:aws:iam::aws:policy/AmazonS3*'] },
    }
    await ask('PUT', '/tenants/mill', { roleQuota: 1, rules: [rule] })
    await ask('PUT', path, CONTENT, headers)
    const ready = await untilReady(ask, path)

    const asked = await ask('PUT', path, wide, headers)
    // What is decided on before anybody was told that it waits is told of as decided.
    await untilTold('mill', 1)
    const waiting = await ask('GET', '/clusters/guild/roles?status=PENDING_APPROVAL')
    const own = await ask('POST', `${path}/approve`, undefined, { ...headers, 'if-match': '"2"' })
    const attachedBefore = await attachedTo(ready.json.roleArn)
    const approved = await ask('POST', `${path}/approve`, undefined, { 'if-match': '"2"' })
    const made = await untilReady(ask, path)
    await untilTold('mill', 2)
    const another = await ask('PUT', `${path}-2`, CONTENT, headers)

    expect(asked.json).toMatchObject({ status: 'PENDING_APPROVAL', inForce: { version: 1, status: 'READY' } })
    expect(asked.json.approval).toMatchObject({
      needs: [
        { rule: 'NewAccess', pointer: '/policies/0/parameters' },
        { rule: 'WideManagedPolicy', pointer: '/policies/1/arn' },
        { rule: 'ManagedPolicyNotAllowed', pointer: '/policies/1/arn' },
        { rule: 'NewAccess', pointer: '/policies/1/arn' },
      ],
    })
    expect(waiting.json.roles).toMatchObject([{ namespace: 'mill', serviceAccount: 'wheel' }])
    expect([own.status, approved.status, another.status]).toEqual([403, 200, 409])
    expect(another.json.type).toBe('urn:irsa:error:RoleQuotaReached')
    expect(made.json).toMatchObject({
      version: 3,
      requestedBy: 'iam:arn:aws:iam::000000000000:role/mill-deployer',
      approval: { version: 2, by: 'iam:arn:aws:iam::000000000000:user/local' },
    })
    expect([attachedBefore, await attachedTo(made.json.roleArn)]).toEqual([[], ['AmazonS3FullAccess']])
    await ask('PUT', path, { ...wide, description: 'wider' }, headers)
    await untilTold('mill', 3)
    const rejected = await ask('POST', `${path}/reject`, { reason: 'no' }, { 'if-match': '"4"' })
    expect(rejected.json).toMatchObject({ status: 'REJECTED', inForce: { version: 3, status: 'READY' } })
    expect(await untilTold('mill', 4)).toEqual([
      ['Approval Requested', 2, undefined, undefined],
      ['Approval Decided', 2, 'approved', null],
      ['Approval Requested', 4, undefined, undefined],
      ['Approval Decided', 4, 'rejected', 'no'],
    ])
    expect((await ask('DELETE', path, undefined, headers)).status).toBe(202)
    await vi.waitUntil(async () => (await ask('GET', path)).status === 404, POLL)
    expect((await ask('PUT', `${path}-2`, CONTENT, headers)).status).toBe(201)
  })

  test('of a role is that of its tenant, and of nobody without one', async () => {
    const headers = await roleSession(pipeline, 'bank-deployer')
    const mine = '/clusters/guild/roles/bank/ledger'
    const nobodys = '/clusters/guild/roles/shop/cart'
    const rule = {
      principals: ['iam:arn:aws:iam::000000000000:role/bank-deployer'],
      clusters: ['guild'],
      namespaces: ['bank'],
      catalogue: ['s3-*'],
    }
    await ask('PUT', nobodys, CONTENT)

    const before = await ask('PUT', mine, CONTENT, headers)
    await ask('PUT', '/tenants/bank', { rules: [rule] })
    const asked = await ask('PUT', mine, CONTENT, headers)
    const others = await ask('GET', nobodys, undefined, headers)
    const more = await ask(
      'PUT',
      mine,
      { policies: [{ arn: 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess' }] },
      headers,
    )

    expect([before.status, asked.status, others.status, more.status]).toEqual([404, 201, 404, 422])
    expect(asked.json).toMatchObject({
      tenant: 'bank',
      requestedBy: 'iam:arn:aws:iam::000000000000:role/bank-deployer',
    })
    expect((await ask('GET', '/clusters/guild/roles', undefined, headers)).json.roles).toHaveLength(1)
    expect((await ask('GET', '/tenants/bank', undefined, headers)).status).toBe(403)
    expect((await ask('DELETE', '/tenants/bank')).status).toBe(204)
    expect((await ask('GET', mine, undefined, headers)).status).toBe(404)
  })
})

/** What was told of approvals in the namespace, once it is so much. */
function untilTold(namespace: string, count: number) {
  return vi.waitUntil(async () => {
    const told = (await pipeline.told()).filter(
      ({ 'detail-type': type, detail }) => type.startsWith('Approval') && detail.namespace === namespace,
    )
    return (
      told.length === count &&
      told.map(({ 'detail-type': type, detail }) => [type, detail.version, detail.decision, detail.reason])
    )
  }, POLL)
}

async function attachedTo(arn: unknown): Promise<(string | undefined)[]> {
  const input = { RoleName: String(arn).split('/').at(-1) }
  const { AttachedPolicies = [] } = await iamClient(partitionOf(REGION)).send(
    new ListAttachedRolePoliciesCommand(input),
  )
  return AttachedPolicies.map(({ PolicyName }) => PolicyName)
}
