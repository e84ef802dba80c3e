/** Issuers that are taken over on a stack: looked at, confirmed, and used all the while. */
import { adoptingIn } from '../../../cli/irsa/inspecting.ts'
import { exchangeToken } from '../../../cli/start/exchange.ts'
import { subjectOf } from '../../../lib/oidc/subject.ts'
import { adoptCluster } from '../../../lib/ops/adopt.ts'
import { planAdoption } from '../../../lib/ops/adoption/plan.ts'
import { expectConforming } from '../../lib/api/conforms.ts'
import { type ForeignIssuer, jwkOf } from '../foreign-issuers.ts'
import type { Keys, Pipeline } from '../pipeline.ts'

export const REGION = 'eu-central-1'
export const SUBJECT = subjectOf('shop', 'cart')

export function adoptionOn(pipeline: () => Pipeline) {
  return {
    plan: (cluster: string, detail?: object) =>
      planAdoption(adoptingIn(pipeline().deployed), cluster, detail),
    async adopt(cluster: string, detail: object | undefined, arns: readonly string[]) {
      const { deployed } = pipeline()
      const { audit, now } = deployed
      const adopting = { ...adoptingIn(deployed), audit, now, who: 'iam:operator' }
      return adoptCluster(adopting, cluster, detail, arns)
    },
    /** Through the API, as an administrator does. */
    async post(cluster: string, body: object = {}) {
      const path = `/clusters/${cluster}/adopt`
      const asked = await pipeline().ask('POST', path, body)
      expectConforming('POST', path, { ...asked, contentType: asked.headers.get('content-type') })
      return { status: asked.status, json: JSON.parse(asked.body) }
    },
    /** As a pod whose token these keys have signed. */
    async exchange({ issuer }: ForeignIssuer, keys: Keys, roleArn: string, audience = 'sts.amazonaws.com') {
      const { kid, alg } = jwkOf(keys)
      const signer = { privateKey: keys.privateKey, kid, alg }
      const issuedAt = pipeline().aws.clock.now()
      return exchangeToken(signer, { issuer, audience, roleArn, issuedAt }, SUBJECT, REGION)
    },
  }
}

export function created(detail: object) {
  return { event: { detailType: 'Cluster Created', detail } }
}
