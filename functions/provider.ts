import { iamOf, PROVISIONS_PROVIDERS } from '../lib/aws/provisioner.ts'
import { externalIdEnvironment, readEnvironment } from '../lib/config.ts'
import { providerResource } from '../lib/resources/provider.ts'
import { createStepHandler } from '../lib/step-handler.ts'

const { EXTERNAL_ID } = readEnvironment(externalIdEnvironment)

export const handler = createStepHandler('provider', (stack) =>
  providerResource({ iamOf: iamOf(stack, EXTERNAL_ID, PROVISIONS_PROVIDERS) }, stack),
)
