/** What PUT of a role does not take, and the field that it names. */
import { describe, expect, test } from 'vitest'
import { aTable, itemsOf } from '../../registry/registry.ts'
import { anApi, ROLE } from '../fixture.ts'
import { CONTENT } from './fixture.ts'

describe('PUT of a role', () => {
  test.each<[string, object, string]>([
    ['its place in the body', { ...CONTENT, namespace: 'other' }, '/namespace'],
    ['an unknown member', { ...CONTENT, polices: [] }, '/polices'],
    ['no policies', {}, '/policies'],
    [
      "a parameter's value",
      { policies: [{ catalogue: 's3-read', parameters: { bucket: 'X' } }] },
      '/policies/0/parameters/bucket',
    ],
    ['an audience that the cluster has not', { ...CONTENT, audience: 'vault' }, '/audience'],
    ['a session that is too long', { ...CONTENT, maxSessionDuration: 90_000 }, '/maxSessionDuration'],
    ['a tag that every object has', { ...CONTENT, tags: JSON.parse('{"__proto__":"1"}') }, '/tags/__proto__'],
    [
      'a parameter that every object has',
      {
        policies: [
          { catalogue: 's3-read', parameters: JSON.parse('{"bucket":"photos","__proto__":{"bucket":"x"}}') },
        ],
      },
      '/policies/0/parameters/__proto__',
    ],
    ['a name with a slash and a tilde', { ...CONTENT, tags: { 'irsa:/x': '1' } }, '/tags/irsa:~1x'],
    ['an end that is over', { ...CONTENT, expiresAt: '2020-01-01T00:00:00Z' }, '/expiresAt'],
    [
      'a subject that is longer than STS takes',
      { ...CONTENT, subjects: [{ namespace: 'shop', serviceAccount: 'a'.repeat(240) }] },
      '/subjects/0/serviceAccount',
    ],
  ])('refuses %s, and names the field', async (_, json, pointer) => {
    const table = await aTable()
    const ask = await anApi(table)
    const before = await itemsOf(table)

    const refused = await ask('PUT', ROLE, { json })

    expect(refused.statusCode).toBe(400)
    expect(refused.json).toMatchObject({
      type: 'urn:irsa:error:InvalidInput',
      title: 'Invalid input',
      status: 400,
      remedy: 'Correct the named fields and send it again.',
      instance: 'urn:irsa:request:request-1',
    })
    expect(refused.json.errors).toEqual([{ pointer, detail: expect.any(String) }])
    expect(await itemsOf(table)).toEqual(before)
  })

  test.each<[string, object, number, string]>([
    [
      'a policy that gives away the account',
      { arn: 'arn:aws:iam::aws:policy/AdministratorAccess' },
      422,
      'RequestRefused',
    ],
    ['a catalogue entry that there is not', { catalogue: 's4' }, 422, 'PolicyRefused'],
    [
      'a private key',
      { catalogue: 's3-read', parameters: { bucket: '-----BEGIN PRIVATE KEY-----' } },
      400,
      'PrivateKeyInInput',
    ],
  ])('refuses %s', async (_, policy, status, error) => {
    const ask = await anApi(await aTable())

    const refused = await ask('PUT', ROLE, { json: { policies: [policy] } })

    expect([refused.statusCode, refused.json.type]).toEqual([status, `urn:irsa:error:${error}`])
  })

  test.each<[string, object, number, string, string, RegExp]>([
    [
      'a subject on a cluster that there is not',
      {
        ...CONTENT,
        subjects: [
          { namespace: 'shop', serviceAccount: 'cart' },
          { cluster: 'nobody', namespace: 'shop', serviceAccount: 'cart' },
        ],
      },
      404,
      'ClusterNotFound',
      '/subjects/1/cluster',
      /^there is no cluster nobody$/,
    ],
    [
      'more managed policies than IAM attaches',
      { policies: Array.from({ length: 21 }, (_, index) => ({ arn: `arn:aws:iam::aws:policy/A${index}` })) },
      422,
      'PolicyRefused',
      '/policies',
      /^21 managed policies are asked for/,
    ],
    [
      'a resource of another partition',
      {
        policies: [
          ...CONTENT.policies,
          {
            statements: [
              { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::a/b' },
              { Effect: 'Deny', Action: 's3:*', NotResource: ['arn:aws:s3:::a', 'arn:aws-cn:s3:::a'] },
            ],
          },
        ],
      },
      422,
      'PolicyRefused',
      '/policies/1/statements/1/NotResource/1',
      /^is of another partition; the role is in aws$/,
    ],
    [
      'parameters of another partition',
      {
        policies: [
          {
            catalogue: 'sqs-consumer',
            parameters: { queueArns: ['arn:aws-cn:sqs:cn-north-1:111122223333:orders'] },
          },
        ],
      },
      422,
      'PolicyRefused',
      '/policies/0/parameters',
      /^lead to another partition; the role is in aws$/,
    ],
  ])('names the place of %s', async (_, json, status, error, pointer, detail) => {
    const ask = await anApi(await aTable())

    const refused = await ask('PUT', ROLE, { json })

    expect([refused.statusCode, refused.json.type]).toEqual([status, `urn:irsa:error:${error}`])
    expect(refused.json.errors).toEqual([{ pointer, detail: expect.stringMatching(detail) }])
  })

  test('names the account when the role is in another one', async () => {
    const ask = await anApi(await aTable())
    await ask('PUT', ROLE, { json: CONTENT })

    const refused = await ask('PUT', ROLE, { json: { ...CONTENT, targetAccountId: '444455556666' } })

    expect([refused.statusCode, refused.json.type]).toEqual([409, 'urn:irsa:error:TargetAccountFixed'])
    expect(refused.json.errors).toMatchObject([{ pointer: '/targetAccountId' }])
  })

  test('names the entry that the catalogue has not, and all that it has', async () => {
    const ask = await anApi(await aTable())

    const { json } = await ask('PUT', ROLE, {
      json: { policies: [...CONTENT.policies, { catalogue: 's4' }] },
    })

    expect(json.errors).toEqual([
      { pointer: '/policies/1/catalogue', detail: expect.stringMatching(/^must be one of .*, s3-read, /) },
    ])
  })

  test('names the service account when the subject is longer than STS takes', async () => {
    const ask = await anApi(await aTable())

    const { statusCode, json } = await ask('PUT', `${ROLE}${'a'.repeat(240)}`, { json: CONTENT })

    expect(statusCode).toBe(400)
    expect(json.errors).toEqual([
      { pointer: '/serviceAccount', detail: 'the subject must have at most 255 characters' },
    ])
  })

  test('refuses a policy that is larger than IAM takes', async () => {
    const ask = await anApi(await aTable())
    const Resource = Array.from(
      { length: 300 },
      (_, index) => `arn:aws:s3:::a-bucket-with-a-long-name-${index}/*`,
    )

    const refused = await ask('PUT', ROLE, {
      json: { policies: [{ statements: [{ Effect: 'Allow', Action: 's3:GetObject', Resource }] }] },
    })

    expect([refused.statusCode, refused.json.type]).toEqual([422, 'urn:irsa:error:PolicyTooLarge'])
  })
})
