/** IAM alone, called without the wire and without being asked. */
import { createIam } from '../../../local/iam/index.ts'
import { createQuotas } from '../../../local/quotas.ts'
import type { Ask, Call } from '../../../local/service.ts'
import type { Edge, EdgeResponse } from '../../../local/world.ts'
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

/** Every issuer answers over HTTPS unless told otherwise. */
export function iamFixture(issuer: (url: URL) => Promise<EdgeResponse> = answerNothing) {
  const clock = manualClock()
  const quotas = createQuotas()
  const fetched: string[] = []
  const edge: Edge = {
    serves: () => true,
    isSite: () => false,
    fetch(url) {
      fetched.push(url.href)
      return issuer(url)
    },
  }
  const { service, view } = createIam(testWorld({ clock, quotas, edge: () => edge }))
  const find = (operation: string) => {
    const found = service.operations[operation]
    if (!found) throw new Error(`no ${operation}`)
    return found
  }
  return {
    clock,
    quotas,
    view,
    /** What IAM has looked at on the public internet. */
    fetched,
    run: async (operation: string, input: object, account = ACCOUNT): Promise<unknown> =>
      find(operation).run(input as never, callOf(account)),
    asks: (operation: string, input: object): readonly Ask[] =>
      find(operation).asks(input as never, callOf(ACCOUNT)),
  }
}

async function answerNothing(): Promise<EdgeResponse> {
  return { status: 200, headers: {}, body: new Uint8Array() }
}
