import { acmClient, cloudFrontClient, route53Client, s3Client } from '../lib/aws/clients.ts'
import { INSPECTS, iamOf } from '../lib/aws/provisioner.ts'
import { rememberLists } from '../lib/aws/remember.ts'
import { now } from '../lib/clock.ts'
import { clusterResources } from '../lib/cluster-resources.ts'
import {
  externalIdEnvironment,
  issuerEnvironment,
  publisherEnvironment,
  readEnvironment,
  stackEnvironment,
  stackOf,
  tableEnvironment,
} from '../lib/config.ts'
import { auditBatch, findDrifts } from '../lib/find-drift.ts'
import { createHandler } from '../lib/handler.ts'
import { createIssuerFetch } from '../lib/issuer-fetch.ts'
import { publisherOf, tableOf } from '../lib/wiring.ts'

const environment = readEnvironment({
  ...stackEnvironment,
  ...tableEnvironment,
  ...publisherEnvironment,
  ...externalIdEnvironment,
  ...issuerEnvironment,
})
const stack = stackOf(environment)
const acm = acmClient(stack.partition)
const route53 = route53Client(stack.partition)
const forgetLists = rememberLists({ acm, route53 })
const auditing = {
  stack,
  table: tableOf(environment),
  publisher: publisherOf(environment),
  ...clusterResources(
    {
      s3: s3Client(stack.region),
      acm,
      route53,
      cloudFront: cloudFrontClient(stack.partition),
      iamOf: iamOf(stack, environment.EXTERNAL_ID, INSPECTS),
      fetchIssuer: createIssuerFetch(environment.ISSUER_ENDPOINT),
    },
    stack,
  ),
  now,
}

export const handler = createHandler((event) => {
  forgetLists()
  return findDrifts(auditing, auditBatch.parse(event))
})
