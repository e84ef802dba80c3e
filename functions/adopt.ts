import { adoptRoute } from '../lib/api/adopt/route.ts'
import { createRouter } from '../lib/api/router.ts'
import { acmClient, cloudFrontClient, iamClient, s3Client } from '../lib/aws/clients.ts'
import { now } from '../lib/clock.ts'
import { clusterResources } from '../lib/cluster-resources.ts'
import {
  adoptionEnvironment,
  auditEnvironment,
  authorityEnvironment,
  authorityOf,
  issuerEnvironment,
  readEnvironment,
  runsEnvironment,
  stackEnvironment,
  stackOf,
} from '../lib/config.ts'
import { createHandler } from '../lib/handler.ts'
import { createIssuerFetch } from '../lib/issuer-fetch.ts'
import { auditOf, iamOfOwn, route53OfOwn, runsOf } from '../lib/wiring.ts'

const environment = readEnvironment({
  ...stackEnvironment,
  ...auditEnvironment,
  ...authorityEnvironment,
  ...runsEnvironment,
  ...issuerEnvironment,
  ...adoptionEnvironment,
})
const stack = stackOf(environment)
const clients = {
  s3: s3Client(stack.region),
  acm: acmClient(stack.partition),
  cloudFront: cloudFrontClient(stack.partition),
  route53Of: route53OfOwn(stack),
  fetchIssuer: createIssuerFetch(environment.ISSUER_ENDPOINT),
}
const api = {
  ...runsOf(environment),
  ...clients,
  ...clusterResources({ ...clients, iamOf: iamOfOwn(stack) }, stack),
  iam: iamClient(stack.partition),
  stack,
  audit: auditOf(environment),
  ...authorityOf(environment),
  allowed: new Set(environment.ADOPTED_RESOURCES),
  now,
}

export const handler = createHandler(createRouter(api, [adoptRoute]))
