/** Against the embedded AWS: as IAM answers over the wire, and as the resource takes it. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type EmbeddedAws, startEmbeddedAws } from '../embedded-aws.ts'
import { newSubject, preparedSubject } from '../walk.ts'

let aws: EmbeddedAws

beforeAll(async () => {
  aws = await startEmbeddedAws()
})
afterAll(() => aws.stop())

test('is made only where the issuer answers: IAM looks at it', async () => {
  const served = await preparedSubject(aws, 'provider', 'golem')
  const notServed = newSubject(aws, 'provider', 'troll')

  await expect(served.create()).resolves.toBeUndefined()
  await expect(notServed.create()).rejects.toMatchObject({
    name: 'AwsUnavailable',
    cause: { name: 'OpenIdIdpCommunicationErrorException', $metadata: { httpStatusCode: 400 } },
  })
  expect(await notServed.observe()).toEqual({ status: 'absent' })
})
