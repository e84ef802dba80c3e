import { httpEvent } from '../lib/api/http.ts'
import { planRoute } from '../lib/api/plan/route.ts'
import { createRouter } from '../lib/api/router.ts'
import { acmClient, cloudFrontClient, s3Client } from '../lib/aws/clients.ts'
import { INSPECTS, iamOf } from '../lib/aws/provisioner.ts'
import { rememberReads, rememberZones } from '../lib/aws/remember.ts'
import { READS_RECORDS, route53Of } from '../lib/aws/zone-sessions.ts'
import { now } from '../lib/clock.ts'
import { clusterResources } from '../lib/cluster-resources.ts'
import {
  auditEnvironment,
  authorityEnvironment,
  authorityOf,
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
import { auditOf, publisherOf, tableOf } from '../lib/wiring.ts'

const environment = readEnvironment({
  ...stackEnvironment,
  ...tableEnvironment,
  ...publisherEnvironment,
  ...externalIdEnvironment,
  ...issuerEnvironment,
  ...auditEnvironment,
  ...authorityEnvironment,
})
const stack = stackOf(environment)
const reads = rememberReads()
const zones = rememberZones(route53Of(stack, environment.EXTERNAL_ID, READS_RECORDS))
const auditing = {
  stack,
  table: tableOf(environment),
  publisher: publisherOf(environment),
  ...clusterResources(
    {
      s3: s3Client(stack.region),
      acm: reads.of(acmClient(stack.partition)),
      route53Of: zones.route53Of,
      cloudFront: reads.of(cloudFrontClient(stack.partition)),
      iamOf: iamOf(stack, environment.EXTERNAL_ID, INSPECTS),
      fetchIssuer: createIssuerFetch(environment.ISSUER_ENDPOINT),
    },
    stack,
  ),
  now,
}

const answer = createRouter({ ...auditing, ...authorityOf(environment), audit: auditOf(environment) }, [
  planRoute,
])

/** A part of the audit, or what an operator asks. */
export const handler = createHandler<unknown>((event, reporting) => {
  reads.forget()
  zones.forget()
  if (httpEvent.safeParse(event).success) return answer(event, reporting)
  return findDrifts(auditing, auditBatch.parse(event))
})
