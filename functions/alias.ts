import { cloudFrontClient, route53Client } from '../lib/aws/clients.ts'
import { rememberZones } from '../lib/aws/remember.ts'
import { aliasResource } from '../lib/resources/alias.ts'
import { createStepHandler } from '../lib/step-handler.ts'

export const handler = createStepHandler(
  'alias',
  (stack) =>
    aliasResource(
      { cloudFront: cloudFrontClient(stack.partition), route53: route53Client(stack.partition) },
      stack,
    ),
  (stack) => rememberZones(route53Client(stack.partition)),
)
