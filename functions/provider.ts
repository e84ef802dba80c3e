import { iamClient } from '../lib/aws/clients.ts'
import { providerResource } from '../lib/resources/provider.ts'
import { createStepHandler } from '../lib/step-handler.ts'

export const handler = createStepHandler('provider', (stack) =>
  providerResource({ iam: iamClient(stack.partition) }, stack),
)
