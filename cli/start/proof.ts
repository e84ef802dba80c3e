/** The proof that it works: a token of the service account opens its role at STS, a token of another one does not. */
import { setTimeout as delay } from 'node:timers/promises'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { subjectOf } from '../../lib/oidc/subject.ts'
import type { RoleStatus } from '../../lib/registry/roles.ts'
import type { Signer } from './announcement.ts'
import { exchangeToken, type TokenClaim } from './exchange.ts'

export interface Claim extends TokenClaim {
  readonly namespace: string
  readonly serviceAccount: string
}

export type Proof =
  /** There is no key to sign tokens with. */
  | { readonly status: 'skipped'; readonly reason: string }
  /** There is a key, and no role to open with it. */
  | { readonly status: 'unproven'; readonly reason: string; readonly remedy: string }
  | {
      readonly status: 'proven' | 'disproven'
      readonly roleArn: string
      readonly admitted: Exchange
      readonly refused: Exchange
    }

/** One exchange of a token, and how it should have ended. */
export interface Exchange {
  readonly subject: string
  readonly asExpected: boolean
  /** Who the credentials are, or STS's reason. */
  readonly answer: string
}

/** By the first role that is ready. */
export async function proofOf(
  signer: Signer | undefined,
  issuer: string,
  roles: readonly (Omit<Claim, 'issuer'> & { readonly state: RoleStatus['state'] })[],
  region: string,
): Promise<Proof> {
  if (signer === undefined) return { status: 'skipped', reason: 'No --signing-key was given.' }
  const role = roles.find(({ state }) => state === 'READY')
  if (role === undefined) return UNPROVEN
  return prove(signer, { ...role, issuer }, region)
}

const UNPROVEN: Proof = {
  status: 'unproven',
  reason: 'No role is ready that a token could open.',
  remedy: 'Name at least one role in --roles, and mend those that failed or were refused.',
}

/** `pause` comes between two attempts. */
export async function prove(
  signer: Signer,
  claim: Claim,
  region: string,
  pause: () => Promise<unknown> = () => delay(PAUSE_MILLISECONDS),
): Promise<Proof> {
  const { namespace, serviceAccount, roleArn } = claim
  const other = serviceAccount === 'somebody-else' ? 'another' : 'somebody-else'
  const admitted = await admittedExchange(signer, claim, subjectOf(namespace, serviceAccount), region, pause)
  const refused = await refusedExchange(signer, claim, subjectOf(namespace, other), region)
  const status = admitted.asExpected && refused.asExpected ? 'proven' : 'disproven'
  return { status, roleArn, admitted, refused }
}

/** STS may not know yet what IAM has made: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html */
const ATTEMPTS = 20
const PAUSE_MILLISECONDS = 250

async function admittedExchange(
  signer: Signer,
  claim: Claim,
  subject: string,
  region: string,
  pause: () => Promise<unknown>,
): Promise<Exchange> {
  for (let attempt = 1; ; attempt++) {
    try {
      const arn = await exchange(signer, claim, subject, region)
      return { subject, asExpected: true, answer: arn }
    } catch (error) {
      if (attempt === ATTEMPTS) return { subject, asExpected: false, answer: wordsOf(error) }
      await pause()
    }
  }
}

async function refusedExchange(
  signer: Signer,
  claim: Claim,
  subject: string,
  region: string,
): Promise<Exchange> {
  try {
    return { subject, asExpected: false, answer: await exchange(signer, claim, subject, region) }
  } catch (error) {
    const isRefusal = error instanceof Error && error.name === 'AccessDenied'
    return { subject, asExpected: isRefusal, answer: wordsOf(error) }
  }
}

/** The ARN of the session that the credentials belong to. */
async function exchange(signer: Signer, claim: Claim, subject: string, region: string): Promise<string> {
  const credentials = await exchangeToken(signer, claim, subject, region)
  const { Arn = '' } = await new STSClient({ region, credentials }).send(new GetCallerIdentityCommand({}))
  return Arn
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error)
}
