/** Requests that IAM Access Analyzer has a word in: the embedded one, over the wire. */
import { AccessAnalyzerClient } from '@aws-sdk/client-accessanalyzer'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type AnalysisMode, analysisBy } from '../../../lib/analyse-role.ts'
import { createAccessAnalyzer } from '../../../local/access-analyzer/service.ts'
import { parseFault } from '../../../local/faults.ts'
import type { Call } from '../../../local/service.ts'
import { serve } from '../../local/serve.ts'
import { aTable, itemsOf } from '../registry/registry.ts'
import { APPROVER, anApi, ROLE, TEAM, TEAM_PRINCIPAL, type Wish } from './fixture.ts'

const READ = { Effect: 'Allow', Action: ['s3:GetObject'], Resource: 'arn:aws:s3:::golem/a/*' }
const S3_READ = { catalogue: 's3-read', parameters: { bucket: 'golem' } }
const MANAGED = 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess'

const asking = (...statements: object[]) => ({ policies: [S3_READ, { statements }] })

/** A team that may have anything of S3 and SQS, and of IAM with an approval. */
async function theWorld(mode: AnalysisMode) {
  const { operations } = createAccessAnalyzer().service
  const answers = Object.entries(operations).map(([name, { run }]) => [
    name,
    (input: object, call: Call) => run(input as never, call),
  ])
  const serving = await serve({ 'access-analyzer': Object.fromEntries(answers) }, { speed: 1_000_000 })
  const client = new AccessAnalyzerClient({
    endpoint: serving.endpoint,
    region: 'eu-central-1',
    maxAttempts: 1,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  })
  onTestFinished(async () => {
    client.destroy()
    await serving.stop()
  })
  const table = await aTable()
  const ask = await anApi(table, undefined, analysisBy(mode, client))
  const rule = {
    principals: [TEAM_PRINCIPAL],
    clusters: ['golem'],
    namespaces: ['default'],
    catalogue: ['*'],
    actions: ['s3:*', 'sqs:*'],
    managedPolicies: ['arn:aws:iam::aws:policy/*'],
    withApproval: { actions: ['iam:*'] },
  }
  expect((await ask('PUT', '/tenants/team', { json: { rules: [rule] } })).statusCode).toBe(201)
  return {
    ask,
    table,
    faults: serving.faults,
    operations: () => serving.calls.list().map(({ operation }) => operation),
    put: (json: object, wish: Wish = {}) => ask('PUT', ROLE, { json, userArn: TEAM, ...wish }),
  }
}

describe('what does not work is refused with its place in the request', () => {
  test.each<[string, object, string[]]>([
    [
      'an action of a list',
      { ...READ, Action: ['s3:GetObject', 's3:GetObjct'] },
      ['/policies/1/statements/0/Action/1'],
    ],
    ['an action alone', { ...READ, Action: 's3:GetObjct' }, ['/policies/1/statements/0/Action']],
    [
      'a resource and a condition',
      { ...READ, Resource: 'arn:aws:s3::111122223333:golem', Condition: { StringLike: { username: 'a' } } },
      ['/policies/1/statements/0/Condition/StringLike/username', '/policies/1/statements/0/Resource'],
    ],
  ])('%s', async (_, statement, pointers) => {
    const { put, table } = await theWorld('validate')
    const before = await itemsOf(table)

    const { statusCode, json } = await put(asking(statement))

    expect([statusCode, json.type]).toEqual([422, 'urn:irsa:error:RequestRefused'])
    expect(json.errors).toMatchObject(pointers.map((pointer) => ({ pointer, rule: 'AnalyzerError' })))
    expect(await itemsOf(table)).toEqual(before)
  })
})

test('what it warns of is refused, of administrators too', async () => {
  const { put } = await theWorld('validate')
  const condition = { 'ForAllValues:StringEquals': { 'aws:SourceAccount': '111122223333' } }

  for (const wish of [{}, { userArn: undefined }]) {
    const { json } = await put(asking({ ...READ, Condition: condition }), wish)
    expect(json.errors).toMatchObject([
      {
        rule: 'AnalyzerSecurityWarning',
        pointer: '/policies/1/statements/0/Condition/ForAllValues:StringEquals/aws:SourceAccount',
        detail: expect.stringContaining('FORALLVALUES_WITH_SINGLE_VALUED_KEY'),
      },
    ])
  }
})

test('what it says nothing of is made as ever, and nobody is asked again when it is sent again', async () => {
  const { put, operations } = await theWorld('no-new-access')

  const first = await put(asking(READ))
  const again = await put(asking(READ))

  expect([first.statusCode, first.json.status, again.statusCode]).toEqual([201, 'PENDING', 200])
  expect(operations()).toEqual(['ValidatePolicy', 'ValidatePolicy'])
})

test('nobody is asked when the parameter says off', async () => {
  const { put, operations } = await theWorld('off')

  const { statusCode } = await put(asking({ ...READ, Action: 's3:GetObjct' }))

  expect([statusCode, operations()]).toEqual([201, []])
})

describe('while it cannot be asked', () => {
  test.each([
    ['ValidatePolicy', 'ThrottlingException', 'Throttled'],
    ['ValidatePolicy', 'InternalServerException', 'AwsUnavailable'],
    ['CheckNoNewAccess', 'ThrottlingException', 'Throttled'],
  ])('%s %s: a change is refused for now, and nothing is written', async (operation, code, error) => {
    const { put, table, faults } = await theWorld('no-new-access')
    await put(asking(READ))
    const before = await itemsOf(table)
    faults.add(parseFault(`access-analyzer.${operation}:before:${code}:1`))

    const refused = await put(asking({ ...READ, Action: 's3:PutObject' }))

    expect([refused.statusCode, refused.json.type]).toEqual([503, `urn:irsa:error:${error}`])
    expect(refused.headers['retry-after']).toBe('1')
    expect(await itemsOf(table)).toEqual(before)
  })
})

describe('a change of a role that is in force', () => {
  test.each<[string, object, object[]]>([
    [
      'another action',
      asking({ ...READ, Action: ['s3:GetObject', 's3:PutObject'] }),
      [{ pointer: '/policies/1/statements/0' }],
    ],
    [
      'another resource',
      asking(READ, { ...READ, Resource: 'arn:aws:s3:::other/*' }),
      [{ pointer: '/policies/1/statements/1' }],
    ],
    [
      'another entry of the catalogue',
      { policies: [...asking(READ).policies, { ...S3_READ, parameters: { bucket: 'other' } }] },
      [{ pointer: '/policies/2/parameters' }],
    ],
    [
      'a managed policy',
      { policies: [...asking(READ).policies, { arn: MANAGED }] },
      [{ pointer: '/policies/2/arn' }],
    ],
    [
      'another subject',
      { ...asking(READ), subjects: [{ namespace: 'default', serviceAccount: 'other' }] },
      [{ pointer: '/subjects/0' }],
    ],
  ])('waits for an approver when it gives more: %s', async (_, wanted, needs) => {
    const { put, ask } = await theWorld('no-new-access')
    await put(asking(READ))

    const changed = await put(wanted)
    const again = await put(wanted)
    const headers = { 'if-match': '"2"' }
    const approved = await ask('POST', `${ROLE}/approve`, { userArn: APPROVER, headers })

    expect(changed.json).toMatchObject({ status: 'PENDING_APPROVAL', inForce: { version: 1 } })
    expect(changed.json.approval).toMatchObject({
      needs: needs.map((one) => ({ rule: 'NewAccess', ...one })),
    })
    expect([again.json.status, again.json.version]).toEqual(['PENDING_APPROVAL', 2])
    expect([approved.statusCode, approved.json.status]).toEqual([200, 'PENDING'])
  })

  test.each<[string, object]>([
    ['fewer resources', asking({ ...READ, Resource: 'arn:aws:s3:::golem/a/b/*' })],
    ['one policy less', { policies: [S3_READ] }],
    ['nothing any more', { policies: [] }],
    ['another description', { ...asking(READ), description: 'reads' }],
    ['the same, said otherwise', { policies: [{ statements: [READ] }, S3_READ] }],
  ])('is made at once when it gives no more: %s', async (_, wanted) => {
    const { put } = await theWorld('no-new-access')
    await put(asking(READ))

    expect((await put(wanted)).json).toMatchObject({ status: 'PENDING', version: 2 })
  })

  test('of an administrator is made at once, and new access is not asked about', async () => {
    const { put, operations } = await theWorld('no-new-access')
    await put(asking(READ))

    const { json } = await put(asking({ ...READ, Action: 's3:PutObject' }), { userArn: undefined })

    expect([json.status, operations().includes('CheckNoNewAccess')]).toEqual(['PENDING', false])
  })

  test('has nothing to do with what it may do by its managed policies: that is not seen', async () => {
    const { put } = await theWorld('no-new-access')
    await put({ policies: [{ arn: MANAGED }] })

    const { json } = await put({ policies: [{ arn: MANAGED }, { statements: [READ] }] })

    expect(json.approval).toMatchObject({
      needs: [{ rule: 'NewAccess', pointer: '/policies/1/statements/0' }],
    })
  })
})
