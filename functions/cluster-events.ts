import { now } from '../lib/clock.ts'
import {
  auditEnvironment,
  deadLettersEnvironment,
  operatorsEnvironment,
  readEnvironment,
  runsEnvironment,
  stackEnvironment,
  stackOf,
} from '../lib/config.ts'
import { clusterKey } from '../lib/events/cluster-name.ts'
import { createHandler } from '../lib/handler.ts'
import { receiveEvent } from '../lib/receive.ts'
import { auditOf, deadLettersOf, runsOf } from '../lib/wiring.ts'

const environment = readEnvironment({
  ...stackEnvironment,
  ...runsEnvironment,
  ...operatorsEnvironment,
  ...auditEnvironment,
  ...deadLettersEnvironment,
})
const receiving = {
  ...runsOf(environment),
  stack: stackOf(environment),
  operatorAccounts: environment.OPERATOR_ACCOUNTS,
  audit: auditOf(environment),
  deadLetters: deadLettersOf(environment),
  now,
}

export const handler = createHandler(async (event, { logger }) => {
  logger.appendKeys(clusterKey(event))
  const refusal = await receiveEvent(receiving, event)
  if (refusal !== undefined) logger.warn('The event was refused.', { error: refusal, remedy: refusal.remedy })
})
