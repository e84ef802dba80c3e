/** IAM alone, called without the wire and without being asked. */
import { createIam } from '../../../local/iam/index.ts'
import { createQuotas } from '../../../local/quotas.ts'
import type { Ask, Call } from '../../../local/service.ts'
import { manualClock } from '../states/manual-clock.ts'
import { testWorld } from '../world.ts'

export const ACCOUNT = '000000000000'

export const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
})

export const permission = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }],
})

export function callOf(account: string): Call {
  return {
    principal: { kind: 'administrator', account, arn: `arn:aws:iam::${account}:root` },
    region: 'us-east-1',
    requestId: 'request',
  }
}

export function iamFixture() {
  const clock = manualClock()
  const quotas = createQuotas()
  const { service, view } = createIam(testWorld({ clock, quotas }))
  const find = (operation: string) => {
    const found = service.operations[operation]
    if (!found) throw new Error(`no ${operation}`)
    return found
  }
  return {
    clock,
    quotas,
    view,
    run: async (operation: string, input: object, account = ACCOUNT): Promise<unknown> =>
      find(operation).run(input as never, callOf(account)),
    asks: (operation: string, input: object): readonly Ask[] =>
      find(operation).asks(input as never, callOf(ACCOUNT)),
  }
}
