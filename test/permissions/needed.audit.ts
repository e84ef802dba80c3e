/** Each permission that is used is taken away, once: what used it must be refused. Part of `npm run audit:permissions`. */
import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createHostedZoneIn } from '../../cli/local-stack.ts'
import { rollOutMemberAccount, rollOutZoneAccount } from '../../cli/member-account.ts'
import { ZONES_ACCOUNT, ZONES_USER } from '../../cli/package-stack.ts'
import type { Grant } from '../../local/policy/grants.ts'
import { ACCOUNT, type Pipeline, startPipeline } from '../workflow/pipeline.ts'
import { everyRole, explanationOf, logicalIdOf, type Roles } from './permissions.ts'
import { ABROAD, MEMBER, SCENARIOS, type Scenario, TARGET } from './scenarios.ts'
import { takeAway } from './take-away.ts'

test('no permission can be spared', async () => {
  const pipeline = await startPipeline({ quotas: QUOTAS, noteGrants: true })
  try {
    await rollOutMemberAccount(MEMBER, ACCOUNT)
    await rollOutMemberAccount(TARGET, ACCOUNT)
    await rollOutMemberAccount(ZONES_USER, ACCOUNT)
    await rollOutZoneAccount(ZONES_ACCOUNT, ACCOUNT, [await createHostedZoneIn(ZONES_ACCOUNT, ABROAD)])
    const uses = await usesOf(pipeline, await everyRole())
    expect(uses.length).toBeGreaterThan(80)

    const spared: string[] = []
    for (const [index, { grant, scenario }] of uses.entries()) {
      const started = performance.now()
      const isNeeded = await isRefusedWithout(pipeline, grant, scenario, `without-${index}`)
      if (!isNeeded) spared.push(nameOf(grant))
      const seconds = ((performance.now() - started) / 1000).toFixed(1)
      console.log(
        `${index + 1}/${uses.length} ${nameOf(grant)}: ${isNeeded ? 'needed' : 'SPARED'}, ${seconds} s`,
      )
    }

    expect(spared).toEqual([])
  } finally {
    await pipeline.stop()
  }
})

/** Every permission is tried with a cluster of its own, and many of those stay. */
const QUOTAS = { 'iam:oidc-providers': 700, 'cloudfront:distributions-per-origin-access-control': 700 }

interface Use {
  readonly grant: Grant
  readonly scenario: Scenario
}

/** Every permission with the first scenario that uses it. First those of the audit, which looks at all clusters, while there are few. */
async function usesOf(pipeline: Pipeline, roles: Roles): Promise<Use[]> {
  const uses: Use[] = []
  for (const [name, scenario] of Object.entries(SCENARIOS)) {
    const before = new Set(pipeline.aws.grants.list().map(nameOf))
    await scenario(pipeline, `with-${name}`, AbortSignal.timeout(MOST_MILLISECONDS))
    const grants = pipeline.aws.grants.list().filter((grant) => !before.has(nameOf(grant)))
    const found = grants.filter((grant) => isTried(grant, roles)).map((grant) => ({ grant, scenario }))
    if (name.startsWith('audit')) uses.unshift(...found)
    else uses.push(...found)
  }
  return uses
}

/** Of no role that the pipeline has made, and not what is used by chance only. */
function isTried({ roleName, sid, action }: Grant, roles: Roles): boolean {
  const role = logicalIdOf(roleName, roles)
  return role !== undefined && explanationOf({ role, sid, action }) === undefined
}

function nameOf({ roleName, sid, action }: Grant): string {
  return `${roleName} ${sid} ${action}`
}

/** A scenario that goes on for so long meets no refusal. */
const MOST_MILLISECONDS = 60_000

async function isRefusedWithout(
  pipeline: Pipeline,
  grant: Grant,
  scenario: Scenario,
  cluster: string,
): Promise<boolean> {
  const giveBack = await takeAway(grant)
  // A session that a function has is good for an hour, and then it asks for another one.
  if (grant.action === 'sts:AssumeRole') pipeline.aws.clock.advance(3_600_000)
  pipeline.aws.calls.clear()
  const { signal, abort } = calledOff()
  const isRefused = () =>
    pipeline.aws.calls
      .list()
      .some(({ principal, error }) => principal.includes(grant.roleName) && isRefusalOf(grant, error))
  const running = scenario(pipeline, cluster, signal).catch(unlessCalledOff)
  await Promise.race([running, watch(isRefused, signal)])
  abort()
  // Until it has ended it may write the same policy.
  await running
  await giveBack()
  pipeline.aws.faults.clear()
  return isRefused()
}

function isRefusalOf({ action }: Grant, error: Error | undefined): boolean {
  return error?.message.includes(`not authorized to perform: ${action} `) ?? false
}

function calledOff(): { readonly signal: AbortSignal; readonly abort: () => void } {
  const controller = new AbortController()
  const signal = AbortSignal.any([controller.signal, AbortSignal.timeout(MOST_MILLISECONDS)])
  return { signal, abort: () => controller.abort() }
}

async function watch(isRefused: () => boolean, signal: AbortSignal): Promise<void> {
  while (!isRefused() && !signal.aborted) await delay(10)
}

function unlessCalledOff(error: unknown): void {
  if (!(error instanceof Error && /^(AbortError|TimeoutError)$/.test(error.name))) throw error
}
