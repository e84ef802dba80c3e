import { acmClient, cloudFrontClient, iamClient, s3Client } from '../lib/aws/clients.ts'
import { iamOf, LISTS } from '../lib/aws/provisioner.ts'
import { now } from '../lib/clock.ts'
import {
  externalIdEnvironment,
  publisherEnvironment,
  readEnvironment,
  stackEnvironment,
  stackOf,
  tableEnvironment,
} from '../lib/config.ts'
import { findOrphans } from '../lib/find-orphans.ts'
import { createHandler } from '../lib/handler.ts'
import { publisherOf, tableOf } from '../lib/wiring.ts'

const environment = readEnvironment({
  ...stackEnvironment,
  ...tableEnvironment,
  ...publisherEnvironment,
  ...externalIdEnvironment,
})
const stack = stackOf(environment)
const searching = {
  stack,
  table: tableOf(environment),
  publisher: publisherOf(environment),
  s3: s3Client(stack.region),
  acm: acmClient(stack.partition),
  cloudFront: cloudFrontClient(stack.partition),
  iam: iamClient(stack.partition),
  iamOf: iamOf(stack, environment.EXTERNAL_ID, LISTS),
  now,
}

export const handler = createHandler(async (_, { logger }) => {
  const { orphans, unreachable } = await findOrphans(searching)
  for (const [accountId, { name, message, remedy }] of unreachable)
    logger.warn('An account could not be looked into.', { accountId, error: name, reason: message, remedy })
  return { orphans: orphans.length, unreachable: [...unreachable.keys()] }
})
