import type { NormalizedSchema } from '@smithy/core/schema'
import { describe, expect, it } from 'vitest'
import { openExchange } from '../../../local/wire/codec.ts'
import { loadModel } from '../../../local/wire/model.ts'
import { wireServices } from '../../../local/wire/services.ts'
import { aForm, aRequest } from './requests.ts'

describe('query', () => {
  it('reads lists in the order of their numbers, whatever the order and gaps of the form', async () => {
    const form = ['10', '2', '1'].map((n) => `Tags.member.${n}.Key=k${n}&Tags.member.${n}.Value=`).join('&')

    expect(await inputOf(`Action=TagRole&RoleName=r&${form}`)).toEqual({
      RoleName: 'r',
      Tags: ['1', '2', '10'].map((n) => ({ Key: `k${n}`, Value: '' })),
    })
  })

  it('reads an empty list, and leaves out what is not there', async () => {
    expect(await inputOf('Action=UntagRole&RoleName=r&TagKeys=')).toEqual({ RoleName: 'r', TagKeys: [] })
    expect(await inputOf('Action=ListRoles')).toEqual({})
  })

  it('reads an operation without input as an empty one', async () => {
    expect(await inputOf('Action=GetAccountSummary&Version=2010-05-08')).toEqual({})
  })

  it('reads + as a space and bytes as UTF-8', async () => {
    expect(await inputOf('Action=GetRole&RoleName=a+b%2Bc%C3%A9')).toEqual({ RoleName: 'a b+cé' })
  })

  it('reads a form in the query of a presigned request', async () => {
    const path =
      '/?Action=GetRole&RoleName=r&X-Amz-Credential=local%2F20260101%2Fus-east-1%2Fiam%2Faws4_request'

    expect((await openExchange(aRequest({ method: 'GET', path }), 'id')).input()).toEqual({ RoleName: 'r' })
  })

  it('wraps the output in a result and names the request', async () => {
    const exchange = await openExchange(aForm('iam', 'Action=CreateRole&RoleName=r'), 'id-1')

    expect(exchange.answer({ Role: { RoleName: 'r' } })).toEqual({
      status: 200,
      headers: { 'content-type': 'text/xml', 'x-amzn-requestid': 'id-1' },
      body:
        '<?xml version="1.0" encoding="UTF-8"?>\n' +
        '<CreateRoleResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">' +
        '<CreateRoleResult><Role><RoleName>r</RoleName></Role></CreateRoleResult>' +
        '<ResponseMetadata><RequestId>id-1</RequestId></ResponseMetadata></CreateRoleResponse>',
    })
  })

  it('writes no result for an operation without output', async () => {
    const exchange = await openExchange(aForm('iam', 'Action=DeleteRole&RoleName=r'), 'id')

    expect(exchange.answer(undefined).body).not.toContain('DeleteRoleResult')
  })

  it('needs nothing that the services of this protocol do not use: flattened lists and renamed members', async () => {
    const models = await Promise.all(
      wireServices.filter(({ protocol }) => protocol === 'query').map(loadModel),
    )
    const traits = new Set<string>()
    for (const { operations } of models)
      for (const { input } of operations.values()) collectTraits(input, traits, new Set())

    expect([...traits].sort()).toEqual(['idempotencyToken', 'sensitive'])
  })
})

async function inputOf(form: string): Promise<object> {
  return (await openExchange(aForm('iam', form), 'id')).input()
}

function collectTraits(schema: NormalizedSchema, traits: Set<string>, seen: Set<unknown>): void {
  for (const trait of Object.keys(schema.getMergedTraits())) traits.add(trait)
  const raw = schema.getSchema()
  if (typeof raw !== 'object' || seen.has(raw)) return
  seen.add(raw)
  if (schema.isStructSchema())
    for (const [, member] of schema.structIterator()) collectTraits(member, traits, seen)
  else collectTraits(schema.getValueSchema(), traits, seen)
}
