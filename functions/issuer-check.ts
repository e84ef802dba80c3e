import { issuerEnvironment, readEnvironment } from '../lib/config.ts'
import { createIssuerFetch } from '../lib/issuer-fetch.ts'
import { issuerCheckResource } from '../lib/resources/issuer-check.ts'
import { createStepHandler } from '../lib/step-handler.ts'

const { ISSUER_ENDPOINT } = readEnvironment(issuerEnvironment)

export const handler = createStepHandler('issuer-check', () =>
  issuerCheckResource(createIssuerFetch(ISSUER_ENDPOINT)),
)
