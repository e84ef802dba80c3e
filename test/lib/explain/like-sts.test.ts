/** The verdict is the embedded STS's, which shares no code with it, for tokens and trust policies right and wrong. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { explain } from '../../../lib/explain/explain.ts'
import { AwsError } from '../../../local/errors.ts'
import type { PolicyDocument } from '../../../local/policy/document.ts'
import { ACCOUNT, ISSUER, PROVIDER, type StsFixture } from '../../local/sts/fixture.ts'
import { cases, tokenOf } from './cases.ts'
import { AUDIENCES, WORLDS, type World, worldOf } from './worlds.ts'

/** STS's code, or undefined for credentials. */
async function answerOf(fixture: StsFixture, RoleArn: string, WebIdentityToken: string, region: string) {
  try {
    await fixture.exchange({ RoleArn, WebIdentityToken }, region)
    return undefined
  } catch (error) {
    if (error instanceof AwsError) return error.code
    throw error
  }
}

const CASES = 10_000

test(`of ${CASES} tokens and trust policies it judges each as the embedded STS does`, {
  timeout: 120_000,
}, async () => {
  const worlds = new Map<string, World>()
  for (const [name, setting] of Object.entries(WORLDS)) worlds.set(name, await worldOf(setting))
  const answers = new Map<string, number>()

  await fc.assert(
    fc.asyncProperty(cases, async ({ world: name, token: tokenCase, policy, hasRole, region }) => {
      const world = worlds.get(name)
      if (world === undefined) throw new Error(name)
      const { fixture, documents, hasProvider } = world
      const trustPolicy = { ...policy.version, Statement: policy.statements }
      await fixture.inIam(
        'UpdateAssumeRolePolicy',
        { RoleName: 'app', PolicyDocument: JSON.stringify(trustPolicy) },
        ACCOUNT,
      )
      fixture.clock.advance(5_000)
      const roleArn = hasRole ? world.roleArn : `${world.roleArn}s`
      const token = tokenOf(fixture, tokenCase)

      const answer = await answerOf(fixture, roleArn, token, region)
      const { isAdmitted, error } = explain({
        token,
        roleArn,
        role: hasRole ? { trustPolicy: trustPolicy as PolicyDocument } : undefined,
        provider: hasProvider ? { arn: PROVIDER, url: ISSUER, clientIds: AUDIENCES } : undefined,
        documents,
        region,
        now: fixture.clock.now(),
      })

      answers.set(answer ?? 'admitted', (answers.get(answer ?? 'admitted') ?? 0) + 1)
      expect({ isAdmitted, error }).toEqual({ isAdmitted: answer === undefined, error: answer })
    }),
    { numRuns: CASES, seed: 20_260_131 },
  )

  // Each answer often enough to mean something.
  for (const answer of [
    'admitted',
    'AccessDenied',
    'InvalidIdentityToken',
    'ExpiredTokenException',
    'ValidationError',
  ])
    expect(answers.get(answer) ?? 0, answer).toBeGreaterThan(100)
})
