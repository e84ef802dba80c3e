/** The proof that it works: a token of the service account opens its role at STS, a token of another one does not. */
import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { AssumeRoleWithWebIdentityCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { SignJWT } from 'jose'
import { subjectOf } from '../../lib/oidc/subject.ts'
import type { Signer } from './announcement.ts'

export interface Claim {
  readonly issuer: string
  readonly audience: string
  readonly namespace: string
  readonly serviceAccount: string
  readonly roleArn: string
}

export type Proof =
  | { readonly status: 'skipped'; readonly reason: string }
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

export async function prove(signer: Signer, claim: Claim, region: string): Promise<Proof> {
  const { namespace, serviceAccount, roleArn } = claim
  const admitted = await admittedExchange(signer, claim, subjectOf(namespace, serviceAccount), region)
  const refused = await refusedExchange(signer, claim, subjectOf(namespace, 'somebody-else'), region)
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
): Promise<Exchange> {
  for (let attempt = 1; ; attempt++) {
    try {
      const arn = await exchange(signer, claim, subject, region)
      return { subject, asExpected: true, answer: arn }
    } catch (error) {
      if (attempt === ATTEMPTS) return { subject, asExpected: false, answer: wordsOf(error) }
      await delay(PAUSE_MILLISECONDS)
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
  const { Credentials } = await new STSClient({ region }).send(
    new AssumeRoleWithWebIdentityCommand({
      RoleArn: claim.roleArn,
      RoleSessionName: 'proof',
      WebIdentityToken: await signToken(signer, claim, subject),
    }),
  )
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials ?? {}
  const credentials = {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: SessionToken,
  }
  const { Arn = '' } = await new STSClient({ region, credentials }).send(new GetCallerIdentityCommand({}))
  return Arn
}

/** As the API server makes a projected token: https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/ */
async function signToken({ privateKey, kid, alg }: Signer, claim: Claim, subject: string): Promise<string> {
  const [, , namespace, name] = subject.split(':')
  return new SignJWT({ 'kubernetes.io': { namespace, serviceaccount: { name, uid: randomUUID() } } })
    .setProtectedHeader({ alg, kid })
    .setIssuer(claim.issuer)
    .setSubject(subject)
    .setAudience([claim.audience])
    .setJti(randomUUID())
    .setIssuedAt()
    .setNotBefore('0s')
    .setExpirationTime('1h')
    .sign(privateKey)
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error)
}
