import { generateKeyPairSync } from 'node:crypto'
import { AssumeRoleWithWebIdentityCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { mockClient } from 'aws-sdk-client-mock'
import { decodeProtectedHeader, jwtVerify } from 'jose'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type Claim, proofOf, prove } from '../../../cli/start/proof.ts'
import { refusal } from '../../lib/aws/sdk.ts'

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const SIGNER = { privateKey, kid: 'a-kid', alg: 'ES256' }
const CLAIM = {
  issuer: 'https://irsa.golem.gigantic.io',
  audience: 'vault',
  namespace: 'default',
  serviceAccount: 'reader',
  roleArn: 'arn:aws:iam::000000000000:role/irsa/golem/dev_golem_default_reader',
}
const SUBJECT = 'system:serviceaccount:default:reader'
const SESSION = 'arn:aws:sts::000000000000:assumed-role/dev_golem_default_reader/proof'
const DENIED = refusal('AccessDenied', 'Not authorized to perform sts:AssumeRoleWithWebIdentity', 403)

/** Answers with credentials, or with the error that `refuses` gives for a token of the subject. */
function anSts(refuses: (subject: string, attempt: number) => Error | undefined) {
  const sts = mockClient(STSClient)
  onTestFinished(() => sts.restore())
  const tokens: string[] = []
  sts.on(AssumeRoleWithWebIdentityCommand).callsFake(async ({ WebIdentityToken }) => {
    tokens.push(WebIdentityToken)
    const { payload } = await jwtVerify(WebIdentityToken, publicKey)
    const error = refuses(payload.sub ?? '', tokens.length)
    if (error !== undefined) throw error
    return { Credentials: { AccessKeyId: 'ASIA1', SecretAccessKey: 'secret', SessionToken: 'token' } }
  })
  sts.on(GetCallerIdentityCommand).resolves({ Arn: SESSION })
  return { sts, tokens }
}

function proven(changes: Partial<Claim> = {}) {
  return prove(SIGNER, { ...CLAIM, ...changes }, 'eu-central-1', async () => undefined)
}

describe('prove', () => {
  test('is proven when the service account’s token opens the role, and another one’s does not', async () => {
    anSts((subject) => (subject === SUBJECT ? undefined : DENIED))

    expect(await proven()).toEqual({
      status: 'proven',
      roleArn: CLAIM.roleArn,
      admitted: { subject: SUBJECT, asExpected: true, answer: SESSION },
      refused: {
        subject: 'system:serviceaccount:default:somebody-else',
        asExpected: true,
        answer: 'AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity',
      },
    })
  })

  test('signs tokens as the API server does, for the role', async () => {
    const { sts, tokens } = anSts((subject) => (subject === SUBJECT ? undefined : DENIED))

    await proven()

    expect(tokens).toHaveLength(2)
    const [token = ''] = tokens
    expect(decodeProtectedHeader(token)).toEqual({ alg: 'ES256', kid: 'a-kid' })
    const { payload } = await jwtVerify(token, publicKey)
    expect(payload).toMatchObject({
      iss: CLAIM.issuer,
      sub: SUBJECT,
      aud: ['vault'],
      'kubernetes.io': { namespace: 'default', serviceaccount: { name: 'reader' } },
    })
    expect(Number(payload.exp) - Number(payload.iat)).toBe(3600)
    const [asked] = sts.commandCalls(AssumeRoleWithWebIdentityCommand)
    expect(asked?.args[0].input).toMatchObject({ RoleArn: CLAIM.roleArn })
  })

  test('waits for STS, which may know the role a little later than IAM', async () => {
    const { tokens } = anSts((subject, attempt) => (subject === SUBJECT && attempt > 2 ? undefined : DENIED))

    expect(await proven()).toMatchObject({ status: 'proven' })

    expect(tokens).toHaveLength(4)
  })

  test('is disproven when another one’s token opens the role too', async () => {
    anSts(() => undefined)

    expect(await proven()).toMatchObject({
      status: 'disproven',
      admitted: { asExpected: true },
      refused: { asExpected: false, answer: SESSION },
    })
  })

  test.each(['InvalidIdentityToken', 'IDPCommunicationError', 'ExpiredTokenException'])(
    'is disproven when the other one’s is refused for a reason that says nothing of the role: %s',
    async (name) => {
      anSts((subject) => (subject === SUBJECT ? undefined : refusal(name, 'no')))

      expect(await proven()).toMatchObject({
        status: 'disproven',
        refused: { asExpected: false, answer: `${name}: no` },
      })
    },
  )

  test('is disproven, with STS’s reason, when the service account’s never opens it', async () => {
    const { tokens } = anSts(() => DENIED)

    expect(await proven()).toMatchObject({
      status: 'disproven',
      admitted: { asExpected: false, answer: expect.stringMatching(/^AccessDenied: /) },
      refused: { asExpected: true },
    })

    expect(tokens.length).toBeGreaterThan(3)
  })

  test('takes another one for the other one when the role is that one’s', async () => {
    const own = 'system:serviceaccount:default:somebody-else'
    anSts((subject) => (subject === own ? undefined : DENIED))

    const proof = await proven({ serviceAccount: 'somebody-else' })

    expect(proof).toMatchObject({ status: 'proven', admitted: { subject: own } })
  })
})

describe('without a role that is ready', () => {
  test('a key is no proof: no token is exchanged, and it is said what to do', async () => {
    const { tokens } = anSts(() => undefined)
    const failed = { ...CLAIM, state: 'FAILED' as const }

    expect(await proofOf(SIGNER, CLAIM.issuer, [failed], 'eu-central-1')).toEqual({
      status: 'unproven',
      reason: 'No role is ready that a token could open.',
      remedy: expect.stringContaining('--roles'),
    })
    expect(tokens).toEqual([])
  })
})

test('without a key nothing is to be proven', async () => {
  const ready = { ...CLAIM, state: 'READY' as const }

  expect(await proofOf(undefined, CLAIM.issuer, [ready], 'eu-central-1')).toEqual({
    status: 'skipped',
    reason: expect.stringContaining('--signing-key'),
  })
})
