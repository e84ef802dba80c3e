import { acmClient } from '../lib/aws/clients.ts'
import { rememberReads, rememberZones } from '../lib/aws/remember.ts'
import { route53Of, WRITES_VALIDATION_RECORDS } from '../lib/aws/zone-sessions.ts'
import { externalIdEnvironment, readEnvironment } from '../lib/config.ts'
import { certificateResource } from '../lib/resources/certificate.ts'
import { createStepHandler } from '../lib/step-handler.ts'

const { EXTERNAL_ID } = readEnvironment(externalIdEnvironment)

export const handler = createStepHandler('certificate', (stack, beforeTask) => {
  const zones = rememberZones(route53Of(stack, EXTERNAL_ID, WRITES_VALIDATION_RECORDS))
  beforeTask(zones.forget)
  const reads = rememberReads()
  beforeTask(reads.forget)
  const acm = reads.of(acmClient(stack.partition))
  return certificateResource({ acm, route53Of: zones.route53Of }, stack)
})
