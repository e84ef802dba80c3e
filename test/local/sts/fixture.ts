/** STS with IAM beside it, on a clock that stands still; the public internet is what the test puts there. */
import type { AssumeRoleResponse, AssumeRoleWithWebIdentityResponse } from '@aws-sdk/client-sts'
import { createIam } from '../../../local/iam/index.ts'
import type { PolicyDocument } from '../../../local/policy/document.ts'
import type { Call, Principal, Service } from '../../../local/service.ts'
import { createSts } from '../../../local/sts/index.ts'
import { EdgeError, type EdgeResponse } from '../../../local/world.ts'
import { manualClock } from '../states/manual-clock.ts'
import { testWorld } from '../world.ts'

export const ACCOUNT = '000000000000'
export const OTHER_ACCOUNT = '111111111111'
export const ORGANIZATION = 'o-example123'
export const ISSUER = 'https://irsa.example.com/blue'
export const HOST_PATH = 'irsa.example.com/blue'
export const PROVIDER = `arn:aws:iam::${ACCOUNT}:oidc-provider/${HOST_PATH}`
export const SUBJECT = 'system:serviceaccount:shop:cart'

export function callOf(principal: Principal): Call {
  return { principal, region: 'eu-central-1', requestId: 'request' }
}

export function administrator(account = ACCOUNT): Principal {
  return { kind: 'administrator', account, arn: `arn:aws:iam::${account}:user/local` }
}

export const nobody: Principal = { kind: 'anonymous', account: '', arn: 'anonymous' }

export function stsFixture() {
  const clock = manualClock()
  const documents = new Map<string, EdgeResponse>()
  const fetched: string[] = []
  const noted: string[] = []
  const world = testWorld({
    clock,
    organization: { id: ORGANIZATION, accounts: [ACCOUNT] },
    iam: () => iam.view,
    sts: () => sts.view,
    edge: () => ({
      serves: () => true,
      isSite: () => false,
      async fetch(url) {
        fetched.push(url.href)
        const found = documents.get(url.href)
        if (!found) throw new EdgeError(`nothing answers for ${url.href}`)
        return found
      },
    }),
  })
  const iam = createIam(world)
  const sts = createSts(world, (_, ask) => noted.push(ask.action))

  async function run<Output>(service: Service, operation: string, input: object, call: Call) {
    const found = service.operations[operation]
    if (!found) throw new Error(`no ${operation}`)
    return (await found.run(input as never, call)) as Output
  }

  const inIam = (operation: string, input: object, account: string) =>
    run(iam.service, operation, input, callOf(administrator(account)))

  /** A role that the rest of AWS has heard of, its ARN. */
  async function createRole(
    RoleName: string,
    trust: Omit<PolicyDocument, 'Version'>,
    { account = ACCOUNT, ...more }: { readonly account?: string; readonly MaxSessionDuration?: number } = {},
  ): Promise<string> {
    const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', ...trust })
    await inIam('CreateRole', { RoleName, AssumeRolePolicyDocument, ...more }, account)
    clock.advance(5_000)
    return `arn:aws:iam::${account}:role/${RoleName}`
  }

  /** IAM looks at the issuer, so it must be served; what is `fetched` afterwards is STS's. */
  async function createProvider(Url = ISSUER, ClientIDList = ['sts.amazonaws.com']): Promise<void> {
    await inIam('CreateOpenIDConnectProvider', { Url, ClientIDList }, ACCOUNT)
    fetched.length = 0
    clock.advance(5_000)
  }

  return {
    clock,
    sts,
    fetched,
    /** Actions that were let through. */
    noted,
    inIam,
    createRole,
    createProvider,
    /** What the public internet answers at the URL: JSON with 200 unless told otherwise. */
    serve(url: string, body: unknown, status = 200) {
      const text = typeof body === 'string' ? body : JSON.stringify(body)
      documents.set(url, { status, headers: {}, body: Buffer.from(text) })
    },
    unserve: (url: string) => documents.delete(url),
    identify: (principal: Principal) => run<object>(sts.service, 'GetCallerIdentity', {}, callOf(principal)),
    assume: (input: object, principal: Principal = administrator()) =>
      run<AssumeRoleResponse>(
        sts.service,
        'AssumeRole',
        { RoleSessionName: 'session', ...input },
        callOf(principal),
      ),
    exchange: (input: object, region = 'eu-central-1') =>
      run<AssumeRoleWithWebIdentityResponse>(
        sts.service,
        'AssumeRoleWithWebIdentity',
        { RoleSessionName: 'pod', ...input },
        { ...callOf(nobody), region },
      ),
    /** Who the credentials belong to. */
    principal: (credentials: { readonly AccessKeyId?: string | undefined } | undefined) =>
      sts.view.principal(credentials?.AccessKeyId ?? ''),
  }
}

export type StsFixture = ReturnType<typeof stsFixture>

export const trustAccount = (account: string) => ({
  Statement: {
    Effect: 'Allow' as const,
    Principal: { AWS: `arn:aws:iam::${account}:root` },
    Action: 'sts:AssumeRole',
  },
})

export const trustIssuer = {
  Statement: {
    Effect: 'Allow' as const,
    Principal: { Federated: PROVIDER },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition: { StringEquals: { [`${HOST_PATH}:aud`]: 'sts.amazonaws.com', [`${HOST_PATH}:sub`]: SUBJECT } },
  },
}
