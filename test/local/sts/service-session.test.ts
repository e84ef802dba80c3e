import { describe, expect, test } from 'vitest'
import type { PolicyDocument, Statement } from '../../../local/policy/document.ts'
import { ACCOUNT, stsFixture } from './fixture.ts'

const machine = `arn:aws:states:eu-central-1:${ACCOUNT}:stateMachine:provision`

function trustService(Service: string, Condition: NonNullable<Statement['Condition']> = {}): PolicyDocument {
  return { Statement: { Effect: 'Allow', Principal: { Service }, Action: 'sts:AssumeRole', Condition } }
}

describe('the session that a service gets', () => {
  test('is of the role that trusts it', async () => {
    const { createRole, sts } = stsFixture()
    const roleArn = await createRole('machine', trustService('states.amazonaws.com'))

    const { accessKeyId } = sts.view.serviceSession(roleArn, 'run', 'states.amazonaws.com')

    expect(sts.view.principal(accessKeyId)).toMatchObject({
      kind: 'role-session',
      roleArn,
      arn: `arn:aws:sts::${ACCOUNT}:assumed-role/machine/run`,
    })
  })

  test.each([
    ['another service', trustService('lambda.amazonaws.com'), machine],
    [
      'another source',
      trustService('states.amazonaws.com', { ArnEquals: { 'aws:SourceArn': `${machine}s` } }),
      machine,
    ],
    [
      'another account',
      trustService('states.amazonaws.com', { StringEquals: { 'aws:SourceAccount': '111111111111' } }),
      machine,
    ],
    [
      'a source, where none is given',
      trustService('states.amazonaws.com', { ArnLike: { 'aws:SourceArn': machine } }),
      undefined,
    ],
  ])('is refused by a role that trusts %s', async (_, trust, source) => {
    const { createRole, sts } = stsFixture()
    const roleArn = await createRole('machine', trust)

    expect(() => sts.view.serviceSession(roleArn, 'run', 'states.amazonaws.com', source)).toThrow(
      expect.objectContaining({ code: 'AccessDenied' }),
    )
  })

  test('is given for the source that the role trusts', async () => {
    const { clock, createRole, sts } = stsFixture()
    const Condition = {
      ArnLike: { 'aws:SourceArn': `arn:aws:states:*:${ACCOUNT}:stateMachine:*` },
      StringEquals: { 'aws:SourceAccount': ACCOUNT },
    }
    const roleArn = await createRole('machine', trustService('states.amazonaws.com', Condition))

    expect(sts.view.serviceSession(roleArn, 'run', 'states.amazonaws.com', machine)).toMatchObject({
      expiration: new Date(clock.now().getTime() + 12 * 3_600_000),
    })
  })

  test('is refused by a role that is not there', () => {
    const { sts } = stsFixture()

    expect(() => sts.view.serviceSession(`arn:aws:iam::${ACCOUNT}:role/none`, 'run', 'a')).toThrow(
      expect.objectContaining({ code: 'AccessDenied' }),
    )
  })
})
