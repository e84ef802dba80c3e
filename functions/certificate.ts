import { acmClient, route53Client } from '../lib/aws/clients.ts'
import { rememberZones } from '../lib/aws/remember.ts'
import { certificateResource } from '../lib/resources/certificate.ts'
import { createStepHandler } from '../lib/step-handler.ts'

export const handler = createStepHandler(
  'certificate',
  (stack) =>
    certificateResource({ acm: acmClient(stack.partition), route53: route53Client(stack.partition) }, stack),
  (stack) => rememberZones(route53Client(stack.partition)),
)
