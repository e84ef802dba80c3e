import { cloudFrontClient } from '../lib/aws/clients.ts'
import { rememberReads, rememberZones } from '../lib/aws/remember.ts'
import { route53Of, WRITES_ALIASES } from '../lib/aws/zone-sessions.ts'
import { externalIdEnvironment, readEnvironment } from '../lib/config.ts'
import { aliasResource } from '../lib/resources/alias.ts'
import { createStepHandler } from '../lib/step-handler.ts'

const { EXTERNAL_ID } = readEnvironment(externalIdEnvironment)

export const handler = createStepHandler('alias', (stack, beforeTask) => {
  const zones = rememberZones(route53Of(stack, EXTERNAL_ID, WRITES_ALIASES))
  beforeTask(zones.forget)
  const reads = rememberReads()
  beforeTask(reads.forget)
  const cloudFront = reads.of(cloudFrontClient(stack.partition))
  return aliasResource({ cloudFront, route53Of: zones.route53Of }, stack)
})
