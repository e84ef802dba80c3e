import { acmClient, cloudFrontClient, iamClient, s3Client, serviceQuotasClient } from '../lib/aws/clients.ts'
import { now } from '../lib/clock.ts'
import { readEnvironment, stackEnvironment, stackOf, tableEnvironment } from '../lib/config.ts'
import { createHandler } from '../lib/handler.ts'
import { measure } from '../lib/measure.ts'
import { measureCertificate, measureQuota, measureWaiting } from '../lib/metrics.ts'
import { tableOf } from '../lib/wiring.ts'

const environment = readEnvironment({ ...stackEnvironment, ...tableEnvironment })
const stack = stackOf(environment)
const measuring = {
  stack,
  table: tableOf(environment),
  iam: iamClient(stack.partition),
  s3: s3Client(stack.region),
  acm: acmClient(stack.partition),
  cloudFront: cloudFrontClient(stack.partition),
  serviceQuotas: serviceQuotasClient(stack.partition),
  onQuota: measureQuota,
  onCertificate: measureCertificate,
  onWaiting: measureWaiting,
  now,
}

export const handler = createHandler(() => measure(measuring))
