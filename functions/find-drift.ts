import { acmClient, cloudFrontClient, route53Client, s3Client } from '../lib/aws/clients.ts'
import { INSPECTS, iamOf } from '../lib/aws/provisioner.ts'
import { rememberLists } from '../lib/aws/remember.ts'
import { now } from '../lib/clock.ts'
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
import { aliasResource } from '../lib/resources/alias.ts'
import { bucketResource } from '../lib/resources/bucket.ts'
import { certificateResource } from '../lib/resources/certificate.ts'
import { distributionResource } from '../lib/resources/distribution.ts'
import { issuerCheckResource } from '../lib/resources/issuer-check.ts'
import { providerResource } from '../lib/resources/provider.ts'
import { roleResource } from '../lib/resources/role.ts'
import { publisherOf, tableOf } from '../lib/wiring.ts'

const environment = readEnvironment({
  ...stackEnvironment,
  ...tableEnvironment,
  ...publisherEnvironment,
  ...externalIdEnvironment,
  ...issuerEnvironment,
})
const stack = stackOf(environment)
const s3 = s3Client(stack.region)
const acm = acmClient(stack.partition)
const route53 = route53Client(stack.partition)
const cloudFront = cloudFrontClient(stack.partition)
const iam = { iamOf: iamOf(stack, environment.EXTERNAL_ID, INSPECTS) }
const forgetLists = rememberLists({ acm, route53 })
const auditing = {
  stack,
  table: tableOf(environment),
  publisher: publisherOf(environment),
  resources: {
    bucket: bucketResource({ s3 }, stack),
    certificate: certificateResource({ acm, route53 }, stack),
    distribution: distributionResource({ cloudFront, s3 }, stack),
    alias: aliasResource({ route53, cloudFront }, stack),
    'issuer-check': issuerCheckResource(createIssuerFetch(environment.ISSUER_ENDPOINT)),
    provider: providerResource(iam, stack),
  },
  roles: roleResource(iam, stack),
  now,
}

export const handler = createHandler((event) => {
  forgetLists()
  return findDrifts(auditing, auditBatch.parse(event))
})
