import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge'
import { mockClient } from 'aws-sdk-client-mock'
import { describe, expect, test } from 'vitest'
import { AwsUnavailable } from '../../../lib/errors.ts'
import { publish } from '../../../lib/events/publish.ts'
import { refusal, sent } from '../aws/sdk.ts'

const READY = {
  cluster: 'golem',
  accountId: '111122223333',
  issuer: 'https://irsa.golem.gigantic.io',
  generation: 2,
  run: 3,
  providerArn: 'arn:aws:iam::111122223333:oidc-provider/irsa.golem.gigantic.io',
  audiences: ['sts.amazonaws.com'],
}

function theBus() {
  const eventBridge = new EventBridgeClient({ region: 'eu-central-1' })
  return { bus: mockClient(eventBridge), publisher: { eventBridge, eventBusName: 'irsa-dev' } }
}

describe('publish', () => {
  test('puts one event on the bus, from us', async () => {
    const { bus, publisher } = theBus()
    bus.on(PutEventsCommand).resolves({ FailedEntryCount: 0, Entries: [{ EventId: '1' }] })

    await publish(publisher, 'Issuer Ready', READY)

    expect(sent(bus)).toEqual([
      [
        'PutEvents',
        {
          Entries: [
            {
              EventBusName: 'irsa-dev',
              Source: 'irsa.provisioner',
              DetailType: 'Issuer Ready',
              Detail: JSON.stringify(READY),
            },
          ],
        },
      ],
    ])
  })

  test('throws AwsUnavailable with the reason when EventBridge answers that it did not take it', async () => {
    const { bus, publisher } = theBus()
    const Entries = [{ ErrorCode: 'InternalFailure', ErrorMessage: 'try again' }]
    bus.on(PutEventsCommand).resolves({ FailedEntryCount: 1, Entries })

    const refused = await publish(publisher, 'Issuer Ready', READY).catch((error) => error)

    expect(refused).toBeInstanceOf(AwsUnavailable)
    expect(refused.message).toContain('InternalFailure: try again')
  })

  test('tells of what was taken, and of nothing else', async () => {
    const { bus, publisher } = theBus()
    bus
      .on(PutEventsCommand)
      .resolvesOnce({ FailedEntryCount: 0 })
      .resolves({ FailedEntryCount: 1, Entries: [{}] })
    const published: unknown[] = []
    const telling = { ...publisher, onPublished: (...event: unknown[]) => published.push(event) }

    await publish(telling, 'Issuer Ready', READY)
    await publish(telling, 'Issuer Ready', { ...READY, run: 4 }).catch(() => undefined)

    expect(published).toEqual([['Issuer Ready', READY]])
  })

  test('makes an error of EventBridge one of ours', async () => {
    const { bus, publisher } = theBus()
    bus.on(PutEventsCommand).rejects(refusal('ThrottlingException'))

    await expect(publish(publisher, 'Issuer Ready', READY)).rejects.toMatchObject({ name: 'Throttled' })
  })

  test.each([
    ['lacks a member', { ...READY, run: undefined }],
    ['has one that is not in the schema', { ...READY, secret: 'x' }],
    ['has one of another form', { ...READY, accountId: '1' }],
  ])('sends nothing that %s', async (_, detail) => {
    const { bus, publisher } = theBus()

    // Wrong on purpose: a receiver trusts the published schema.
    await expect(publish(publisher, 'Issuer Ready', detail as typeof READY)).rejects.toMatchObject({
      name: 'ZodError',
    })

    expect(sent(bus)).toEqual([])
  })
})
