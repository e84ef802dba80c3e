import type { FunctionConfiguration, ListVersionsByFunctionResponse } from '@aws-sdk/client-lambda'
import { describe, expect, it } from 'vitest'
import { FUNCTION, lambdaFixture, ROLE, zipOf } from './fixture.ts'

const FunctionName = 'work'
const OTHER_ROLE = ROLE.replace('work', 'other')

function answering(text: string): string {
  return `export const handler = async () => '${text}'`
}

async function withFunction() {
  const fixture = lambdaFixture()
  await fixture.create(answering('one'))
  const { send, clock } = fixture
  const configuration = () => send<FunctionConfiguration>('GetFunctionConfiguration', { FunctionName })
  return {
    ...fixture,
    configuration,
    updateCode: (text: string, more = {}) =>
      send<FunctionConfiguration>('UpdateFunctionCode', {
        FunctionName,
        ZipFile: zipOf(answering(text)),
        ...more,
      }),
    /** A change of settings that has come true. */
    async update(input: object) {
      await send('UpdateFunctionConfiguration', { FunctionName, ...input })
      await clock.pass(2_000)
    },
    publish: (input = {}) => send<FunctionConfiguration>('PublishVersion', { FunctionName, ...input }),
    async versions(input = {}) {
      const output = await send<ListVersionsByFunctionResponse>('ListVersionsByFunction', {
        FunctionName,
        ...input,
      })
      return { ...output, versions: output.Versions?.map(({ Version }) => Version) }
    },
  }
}

describe('new code', () => {
  it('runs a while after it was given, and what ran before until then', async () => {
    const { updateCode, configuration, result, clock } = await withFunction()
    const before = await configuration()

    const updated = await updateCode('two')

    expect(updated).toMatchObject({ State: 'Active', LastUpdateStatus: 'InProgress' })
    expect(updated.CodeSha256).not.toBe(before.CodeSha256)
    expect(updated.RevisionId).not.toBe(before.RevisionId)
    expect(await result()).toBe('one')
    await clock.pass(2_000)
    expect(await configuration()).toEqual({ ...updated, LastUpdateStatus: 'Successful' })
    expect(await result()).toBe('two')
  })

  it('leaves the settings as they are', async () => {
    const { update, updateCode, configuration, clock } = await withFunction()
    await update({ Timeout: 30, Environment: { Variables: { STAGE: 'prod' } } })

    await updateCode('two', { Architectures: ['arm64'] })
    await clock.pass(2_000)

    expect(await configuration()).toMatchObject({
      Timeout: 30,
      Environment: { Variables: { STAGE: 'prod' } },
      Architectures: ['arm64'],
    })
  })

  it('is only looked at in a dry run', async () => {
    const { send, updateCode, configuration } = await withFunction()
    const before = await configuration()

    await updateCode('two', { DryRun: true })
    await expect(
      send('UpdateFunctionCode', { FunctionName, ZipFile: new Uint8Array([1]), DryRun: true }),
    ).rejects.toMatchObject({ code: 'InvalidParameterValueException' })

    expect(await configuration()).toEqual(before)
  })

  it.each<[string, object, string]>([
    ['that is no zip', { ZipFile: new Uint8Array([1]) }, 'InvalidParameterValueException'],
    ['in a bucket', { S3Bucket: 'b', S3Key: 'k' }, 'NotInLocalMode'],
    ['for another machine', { Architectures: ['z80'] }, 'ValidationException'],
    ['published elsewhere', { PublishTo: 'LATEST_PUBLISHED' }, 'NotInLocalMode'],
    ['for another revision', { RevisionId: 'x' }, 'PreconditionFailedException'],
    ['for no function', { FunctionName: 'missing' }, 'ResourceNotFoundException'],
  ])('is refused %s', async (_, input, code) => {
    const { updateCode, configuration } = await withFunction()
    const before = await configuration()

    await expect(updateCode('two', input)).rejects.toMatchObject({ code })

    expect(await configuration()).toEqual(before)
  })
})

describe('new settings', () => {
  it('replace those that they name, and reach the function', async () => {
    const { create, send, clock, result } = lambdaFixture()
    await create('export const handler = async () => [process.env.STAGE, process.env.TZ]', { Timeout: 30 })
    expect(await result()).toEqual([null, ':UTC'])

    const Variables = { STAGE: 'prod', TZ: 'Europe/Berlin' }
    await send('UpdateFunctionConfiguration', { FunctionName, Environment: { Variables } })
    await clock.pass(2_000)

    expect(await result()).toEqual(['prod', 'Europe/Berlin'])
    expect(await send('GetFunctionConfiguration', { FunctionName })).toMatchObject({ Timeout: 30 })
  })

  it('are taken one after the other', async () => {
    const { send, updateCode, publish, clock } = await withFunction()
    await send('UpdateFunctionConfiguration', { FunctionName, Timeout: 30 })

    const conflict = {
      code: 'ResourceConflictException',
      status: 409,
      message: `The operation cannot be performed at this time. An update is in progress for resource: ${FUNCTION}`,
    }
    await expect(send('UpdateFunctionConfiguration', { FunctionName, Timeout: 40 })).rejects.toMatchObject(
      conflict,
    )
    await expect(updateCode('two')).rejects.toMatchObject(conflict)
    await expect(publish()).rejects.toMatchObject(conflict)
    await clock.pass(2_000)
    await updateCode('two')
  })

  it('are not taken before the function is Active', async () => {
    const { send, create, clock } = lambdaFixture()
    const created = create(answering('one'))

    await expect(send('UpdateFunctionConfiguration', { FunctionName, Timeout: 30 })).rejects.toMatchObject({
      code: 'ResourceConflictException',
    })
    await clock.pass(2_000)
    await created
  })

  it('may name the revision that they are meant for', async () => {
    const { update, configuration } = await withFunction()
    const { RevisionId } = await configuration()

    await update({ Timeout: 30, RevisionId })
    await expect(update({ Timeout: 40, RevisionId })).rejects.toMatchObject({
      code: 'PreconditionFailedException',
      status: 412,
    })

    expect(await configuration()).toMatchObject({ Timeout: 30 })
  })

  it('may name another role, if that trusts Lambda', async () => {
    const { update, configuration, untrusted } = await withFunction()
    await update({ Role: OTHER_ROLE })
    expect(await configuration()).toMatchObject({ Role: OTHER_ROLE })
    untrusted.add(ROLE)

    await expect(update({ Role: ROLE })).rejects.toMatchObject({ code: 'InvalidParameterValueException' })

    expect(await configuration()).toMatchObject({ Role: OTHER_ROLE })
  })

  it('with something wrong change nothing', async () => {
    const { update, configuration } = await withFunction()
    const before = await configuration()

    await expect(update({ Description: 'new', Timeout: 901 })).rejects.toMatchObject({
      code: 'ValidationException',
    })

    expect(await configuration()).toEqual(before)
  })
})

describe('a version', () => {
  it('stays as it was published', async () => {
    const { publish, update, updateCode, send, result, clock } = await withFunction()
    const published = await publish({ Description: 'first' })
    expect(published).toMatchObject({
      FunctionArn: `${FUNCTION}:1`,
      Version: '1',
      Description: 'first',
      State: 'Active',
    })

    await updateCode('two')
    await clock.pass(2_000)
    await update({ Timeout: 30 })

    expect(await result()).toBe('two')
    expect(await result({}, { FunctionName: 'work:1' })).toBe('one')
    expect(await result({}, { Qualifier: '1' })).toBe('one')
    expect(await send('GetFunctionConfiguration', { FunctionName, Qualifier: '1' })).toEqual(published)
  })

  it('is not published twice of the same', async () => {
    const { publish, update } = await withFunction()

    const versions = [(await publish()).Version, (await publish()).Version]
    await update({ Description: 'changed' })
    versions.push((await publish()).Version)

    expect(versions).toEqual(['1', '1', '2'])
  })

  it('can be published of the code as it is given', async () => {
    const { updateCode, versions } = await withFunction()

    expect(await updateCode('two', { Publish: true })).toMatchObject({ Version: '1' })

    expect((await versions()).versions).toEqual(['$LATEST', '1'])
  })

  it('is published only of the code and the revision that are named', async () => {
    const { publish, configuration } = await withFunction()
    const { CodeSha256, RevisionId } = await configuration()

    await expect(publish({ CodeSha256: 'other' })).rejects.toMatchObject({
      code: 'InvalidParameterValueException',
    })
    await expect(publish({ RevisionId: 'other' })).rejects.toMatchObject({
      code: 'PreconditionFailedException',
    })
    expect(await publish({ CodeSha256, RevisionId })).toMatchObject({ Version: '1' })
  })

  it('is listed behind $LATEST, by number and in pages', async () => {
    const { publish, update, versions } = await withFunction()
    for (let number = 1; number <= 11; number += 1) {
      await update({ Description: `${number}` })
      await publish()
    }
    const numbers = Array.from({ length: 11 }, (_, index) => `${index + 1}`)

    const first = await versions({ MaxItems: 10 })
    const second = await versions({ MaxItems: 10, Marker: first.NextMarker })

    expect([first.versions, second.versions]).toEqual([
      ['$LATEST', ...numbers.slice(0, 9)],
      ['10', '11'],
    ])
    expect(second.NextMarker).toBeUndefined()
    expect(first.Versions?.[0]?.FunctionArn).toBe(`${FUNCTION}:$LATEST`)
  })
})

it('IAM is asked for the function, and for the role that it is given', async () => {
  const { asks } = await withFunction()

  for (const operation of ['UpdateFunctionCode', 'PublishVersion', 'ListVersionsByFunction'])
    expect(asks(operation, { FunctionName })).toMatchObject([
      { action: `lambda:${operation}`, resource: FUNCTION },
    ])
  expect(asks('UpdateFunctionConfiguration', { FunctionName, Role: OTHER_ROLE })).toMatchObject([
    { action: 'lambda:UpdateFunctionConfiguration', resource: FUNCTION },
    { action: 'iam:PassRole', resource: OTHER_ROLE },
  ])
  expect(asks('UpdateFunctionConfiguration', { FunctionName })).toHaveLength(1)
})
