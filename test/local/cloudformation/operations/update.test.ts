import { describe, expect, it } from 'vitest'
import { AwsError } from '../../../../local/errors.ts'
import { cloudformationFixture } from '../fixture.ts'
import { create, describeOne, type Fixture, NAME, named, queues, withCode } from './fixture.ts'

describe('UpdateStack', () => {
  it('changes what differs', async () => {
    const fixture = cloudformationFixture()
    await create(fixture)
    fixture.forget()

    await fixture.send('UpdateStack', named(NAME, { TemplateBody: queues('a', 'b') }))
    await fixture.settle()

    expect(fixture.inputs('sqs CreateQueue').map(({ QueueName }) => QueueName)).toEqual(['b'])
    const stack = await describeOne(fixture)
    expect(stack?.StackStatus).toBe('UPDATE_COMPLETE')
    expect(stack?.LastUpdatedTime).toBeInstanceOf(Date)
  })

  it('can keep the template and single parameters', async () => {
    const fixture = cloudformationFixture()
    await create(fixture, named(NAME, { Parameters: [{ ParameterKey: 'Secret', ParameterValue: 'x' }] }))

    await fixture.send('UpdateStack', {
      StackName: NAME,
      UsePreviousTemplate: true,
      Parameters: [
        { ParameterKey: 'Delay', ParameterValue: '9' },
        { ParameterKey: 'Secret', UsePreviousValue: true },
      ],
    })
    await fixture.settle()

    expect(fixture.inputs('sqs SetQueueAttributes')).toEqual([
      { QueueUrl: expect.any(String), Attributes: { DelaySeconds: '9' } },
    ])
    const asItIs = [
      { ParameterKey: 'Delay', UsePreviousValue: true },
      { ParameterKey: 'Secret', ParameterValue: 'x' },
    ]
    await expect(
      fixture.send('UpdateStack', { StackName: NAME, UsePreviousTemplate: true, Parameters: asItIs }),
    ).rejects.toThrow(withCode('ValidationError', /^No updates are to be performed\.$/))
  })

  it('refuses an update that changes nothing', async () => {
    const fixture = cloudformationFixture()
    await create(fixture)

    await expect(fixture.send('UpdateStack', named(NAME))).rejects.toThrow(
      withCode('ValidationError', /^No updates are to be performed\.$/),
    )
  })

  it.each([
    ['is not there', async () => undefined, /Stack with id stack does not exist/],
    [
      'is still being created',
      (fixture: Fixture) => fixture.send('CreateStack', named(NAME)),
      /is in CREATE_IN_PROGRESS state and can not be updated/,
    ],
  ])('refuses a stack that %s', async (_, before: (fixture: Fixture) => Promise<unknown>, message) => {
    const fixture = cloudformationFixture()
    await before(fixture)

    await expect(fixture.send('UpdateStack', named(NAME, { TemplateBody: queues('b') }))).rejects.toThrow(
      withCode('ValidationError', message),
    )
  })

  it('refuses a stack whose creation was rolled back', async () => {
    const fixture = cloudformationFixture({
      'sqs CreateQueue': () => {
        throw new AwsError('QueueNameExists', 'taken')
      },
    })
    await create(fixture)

    await expect(fixture.send('UpdateStack', named(NAME, { TemplateBody: queues('b') }))).rejects.toThrow(
      withCode('ValidationError', /ROLLBACK_COMPLETE state and can not be updated/),
    )
  })
})
