import { acmClient, cloudFrontClient, iamClient, s3Client } from '../lib/aws/clients.ts'
import { now } from '../lib/clock.ts'
import {
  publisherEnvironment,
  readEnvironment,
  stackEnvironment,
  stackOf,
  tableEnvironment,
} from '../lib/config.ts'
import { findOrphans } from '../lib/find-orphans.ts'
import { createHandler } from '../lib/handler.ts'
import { publisherOf, tableOf } from '../lib/wiring.ts'

const environment = readEnvironment({ ...stackEnvironment, ...tableEnvironment, ...publisherEnvironment })
const stack = stackOf(environment)
const searching = {
  stack,
  table: tableOf(environment),
  publisher: publisherOf(environment),
  s3: s3Client(stack.region),
  acm: acmClient(stack.partition),
  cloudFront: cloudFrontClient(stack.partition),
  iam: iamClient(stack.partition),
  now,
}

export const handler = createHandler(async () => ({ orphans: (await findOrphans(searching)).length }))
