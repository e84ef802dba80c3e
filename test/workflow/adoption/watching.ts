/** What is seen of a take-over: the issuer after each call to AWS, the calls themselves, and the run as `irsa` shows it. */
import { vi } from 'vitest'
import { watch } from '../../../cli/irsa/watch.ts'
import { readClusterDetail } from '../../../lib/ops/clusters.ts'
import { type ForeignIssuer, jwkOf } from '../foreign-issuers.ts'
import type { Keys, Pipeline } from '../pipeline.ts'

/** What everybody sees of the issuer after every single call to AWS; stopped by what it returns. */
export function watchIssuer(
  { aws }: Pipeline,
  issuer: string,
  jwksPath: string,
): () => Promise<readonly string[]> {
  const seen: Promise<string>[] = []
  const { record } = aws.calls
  const spy = vi.spyOn(aws.calls, 'record').mockImplementation((call) => {
    record(call)
    for (const path of ['/.well-known/openid-configuration', jwksPath]) seen.push(look(`${issuer}${path}`))
  })
  return () => {
    spy.mockRestore()
    return Promise.all(seen)
  }

  async function look(url: string): Promise<string> {
    const { status, body } = await aws.world.edge().fetch(new URL(url))
    return `${status} ${Buffer.from(body).toString()}`
  }
}

/** Without some of the keys, without the way to them, or none at all. */
export function incomplete(
  seen: readonly string[],
  { issuer }: ForeignIssuer,
  keys: readonly Keys[],
): string[] {
  const bad = seen.filter(
    (answer) =>
      !answer.startsWith('200 ') ||
      (answer.includes('"keys"') && !keys.every((key) => answer.includes(`"${jwkOf(key).kid}"`))) ||
      (!answer.includes('"keys"') && !answer.includes(`"${issuer}/keys.json"`)),
  )
  return [...new Set(bad)]
}

/** As `irsa cluster watch` follows it; and what the cluster is like then. */
export async function watchedToItsEnd({ deployed }: Pipeline, cluster: string) {
  const summary = () => readClusterDetail(deployed.table, cluster, deployed.now())
  await watch(deployed, await summary(), { json: true })
  return summary()
}

const READS = /^(Get|Head|List|Describe|Assume|Query|Scan|BatchGet|Receive)/

/** Of the hosting and of IAM, but for what was refused. */
export function writes({ aws }: Pipeline): string[] {
  return aws.calls
    .list()
    .filter(({ service }) => ['s3', 'acm', 'cloudfront', 'route53', 'iam'].includes(service))
    .filter(({ operation, error }) => !READS.test(operation) && error === undefined)
    .map(({ service, operation }) => `${service} ${operation}`)
}

export function made(pipeline: Pipeline): string[] {
  return [...new Set(writes(pipeline))].filter((call) => / (Create(?!Invalidation)|Request)/.test(call))
}

/** What the functions were refused: the action and its resource. */
export function refusedByIam({ aws }: Pipeline): string[] {
  return aws.calls.list().flatMap(({ error }) => {
    const [, what] = /is not authorized to perform: (\S+ on resource: \S+)/.exec(error?.message ?? '') ?? []
    return what === undefined ? [] : [what]
  })
}
