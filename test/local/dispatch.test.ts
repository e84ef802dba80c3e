import { describe, expect, it } from 'vitest'
import { createCallLog } from '../../local/calls.ts'
import { type Clock, createClock } from '../../local/clock.ts'
import { createDispatch, type DispatchOptions } from '../../local/dispatch.ts'
import { AwsError, accessDenied } from '../../local/errors.ts'
import { createFaults } from '../../local/faults.ts'
import { type Ask, type Call, operation } from '../../local/service.ts'
import { administrator, servicesOf } from './serve.ts'

describe('createDispatch', () => {
  it('runs the operation with input and call, and returns its output', async () => {
    const { dispatch } = aDispatch({ iam: { GetRole: (input, { region }) => ({ ...input, region }) } })

    expect(await dispatch('iam', 'GetRole', { RoleName: 'r' }, call)).toEqual({
      RoleName: 'r',
      region: 'us-east-1',
    })
  })

  it.each([
    ['iam', 'CreateUser', 'iam CreateUser'],
    ['kms', 'ListKeys', 'kms ListKeys'],
    ['iam', 'toString', 'iam toString'],
  ])('answers NotInLocalMode to %s %s', async (service, name, what) => {
    const { dispatch } = aDispatch({ iam: { GetRole: () => ({}) } })

    await expect(dispatch(service, name, {}, call)).rejects.toMatchObject({
      code: 'NotInLocalMode',
      message: `Local mode does not have ${what}.`,
    })
  })

  it('sees services that are added after it was made', async () => {
    const services = servicesOf({})
    const { dispatch } = aDispatch({}, { services })

    for (const [name, service] of servicesOf({ iam: { GetRole: () => 'role' } })) services.set(name, service)

    expect(await dispatch('iam', 'GetRole', {}, call)).toBe('role')
  })

  it('asks IAM what the operation says, and does not run it when IAM refuses', async () => {
    const asked: { asks: readonly Ask[]; service: string }[] = []
    let ran = false
    const asks = [{ action: 'iam:GetRole', resource: 'role/r' }]
    const GetRole = operation({ asks: () => asks, run: () => (ran = true) })
    const { dispatch } = aDispatch(
      {},
      {
        services: new Map([['iam', { name: 'iam', operations: { GetRole } }]]),
        authorize(_call, asks, service) {
          asked.push({ asks, service })
          throw accessDenied('arn', 'iam:GetRole', 'role/r', 'no identity-based policy allows it')
        },
      },
    )

    await expect(dispatch('iam', 'GetRole', {}, call)).rejects.toMatchObject({ code: 'AccessDenied' })
    expect(asked).toEqual([{ asks, service: 'iam' }])
    expect(ran).toBe(false)
  })

  it('throws AccessDeniedException where the service says it so', async () => {
    const { dispatch } = aDispatch(
      { dynamodb: { PutItem: () => ({}) } },
      {
        authorize() {
          throw accessDenied('arn', 'dynamodb:PutItem', 'table/t', 'no')
        },
      },
    )

    await expect(dispatch('dynamodb', 'PutItem', {}, call)).rejects.toMatchObject({
      code: 'AccessDeniedException',
    })
  })

  it('logs every call with its outcome, that of a missing operation too', async () => {
    const { dispatch, calls, clock } = aDispatch({
      iam: {
        GetRole: () => {
          throw new AwsError('NoSuchEntity', 'gone', 404)
        },
        ListRoles: () => ({ Roles: [] }),
      },
    })
    clock.advance(60_000)
    const before = clock.now().getTime()

    await dispatch('iam', 'ListRoles', { PathPrefix: '/' }, call)
    await dispatch('iam', 'GetRole', {}, call).catch(() => undefined)
    await dispatch('iam', 'CreateUser', {}, call).catch(() => undefined)

    expect(calls.list()).toEqual([
      expect.objectContaining({
        service: 'iam',
        operation: 'ListRoles',
        account: '000000000000',
        region: 'us-east-1',
        principal: administrator.arn,
        input: { PathPrefix: '/' },
        error: undefined,
      }),
      expect.objectContaining({
        operation: 'GetRole',
        error: expect.objectContaining({ code: 'NoSuchEntity' }),
      }),
      expect.objectContaining({
        operation: 'CreateUser',
        error: expect.objectContaining({ code: 'NotInLocalMode' }),
      }),
    ])
    expect(calls.list()[0]?.time.getTime()).toBeGreaterThanOrEqual(before)
  })

  it('says InternalFailure with the cause when a service breaks', async () => {
    const cause = new TypeError('undefined is not a role')
    const { dispatch } = aDispatch({
      iam: {
        GetRole: () => {
          throw cause
        },
      },
    })

    await expect(dispatch('iam', 'GetRole', {}, call)).rejects.toMatchObject({
      code: 'InternalFailure',
      status: 500,
      message: 'The embedded AWS failed: undefined is not a role',
      cause,
    })
  })

  it('throttles before IAM is asked', async () => {
    const { dispatch } = aDispatch(
      { iam: { GetRole: () => ({}) } },
      {
        throttle: () => {
          throw new AwsError('Throttling', 'Rate exceeded')
        },
        authorize: () => {
          throw accessDenied('a', 'b', 'c', 'd')
        },
      },
    )

    await expect(dispatch('iam', 'GetRole', {}, call)).rejects.toMatchObject({ code: 'Throttling' })
  })
})

describe('createDispatch with faults', () => {
  const failure = new AwsError('ServiceFailure', 'a bad day', 500)

  it('fails before the call takes effect', async () => {
    const { dispatch, faults, made } = aFaultyDispatch()
    faults.add({
      service: 'iam',
      operation: 'CreateRole',
      times: 1,
      effect: { kind: 'fail-before', error: failure },
    })

    await expect(dispatch('iam', 'CreateRole', {}, call)).rejects.toBe(failure)
    expect(made()).toBe(0)
    await dispatch('iam', 'CreateRole', {}, call)
    expect(made()).toBe(1)
  })

  it('loses the answer of a call that took effect', async () => {
    const { dispatch, faults, made, calls } = aFaultyDispatch()
    faults.add({
      service: 'iam',
      operation: 'CreateRole',
      times: 1,
      effect: { kind: 'fail-after', error: failure },
    })

    await expect(dispatch('iam', 'CreateRole', {}, call)).rejects.toBe(failure)
    expect(made()).toBe(1)
    expect(calls.list().map(({ error }) => error?.code)).toEqual(['ServiceFailure'])
  })

  it('delays a call by AWS time', async () => {
    const { dispatch, faults, made, clock } = aFaultyDispatch()
    faults.add({
      service: 'iam',
      operation: 'CreateRole',
      times: 1,
      effect: { kind: 'delay', milliseconds: 60_000 },
    })

    const answer = dispatch('iam', 'CreateRole', {}, call)
    clock.advance(59_000)
    expect(made()).toBe(0)
    clock.advance(1_000)
    await answer

    expect(made()).toBe(1)
    clock.stop()
  })
})

const call: Call = { principal: administrator, region: 'us-east-1', requestId: 'r' }

function aDispatch(answers: Parameters<typeof servicesOf>[0], own: Partial<DispatchOptions> = {}) {
  const clock: Clock = createClock(1)
  const calls = createCallLog()
  const faults = createFaults()
  const dispatch = createDispatch({
    clock,
    calls,
    faults,
    services: servicesOf(answers),
    throttle: () => undefined,
    authorize: () => undefined,
    ...own,
  })
  return { dispatch, calls, faults, clock }
}

function aFaultyDispatch() {
  let made = 0
  return { ...aDispatch({ iam: { CreateRole: () => ++made } }), made: () => made }
}
