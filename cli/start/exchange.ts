/** A pod's way to credentials: a token of its service account, signed as the API server would, exchanged at STS. */
import { randomUUID } from 'node:crypto'
import { AssumeRoleWithWebIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { SignJWT } from 'jose'
import type { Signer } from './announcement.ts'

export interface TokenClaim {
  readonly issuer: string
  readonly audience: string
  readonly roleArn: string
  /** Undefined: now. */
  readonly issuedAt?: Date
}

export interface SessionCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
}

/** Rejects with STS's error. */
export async function exchangeToken(
  signer: Signer,
  claim: TokenClaim,
  subject: string,
  region: string,
): Promise<SessionCredentials> {
  const { Credentials } = await new STSClient({ region }).send(
    new AssumeRoleWithWebIdentityCommand({
      RoleArn: claim.roleArn,
      RoleSessionName: 'proof',
      WebIdentityToken: await signToken(signer, claim, subject),
    }),
  )
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials ?? {}
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken }
}

/** As a projected token: https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/ */
async function signToken(
  { privateKey, kid, alg }: Signer,
  { issuer, audience, issuedAt = new Date() }: TokenClaim,
  subject: string,
): Promise<string> {
  const [, , namespace, name] = subject.split(':')
  return new SignJWT({ 'kubernetes.io': { namespace, serviceaccount: { name, uid: randomUUID() } } })
    .setProtectedHeader({ alg, kid })
    .setIssuer(issuer)
    .setSubject(subject)
    .setAudience([audience])
    .setJti(randomUUID())
    .setIssuedAt(issuedAt)
    .setNotBefore(issuedAt)
    .setExpirationTime(new Date(issuedAt.getTime() + 3_600_000))
    .sign(privateKey)
}
