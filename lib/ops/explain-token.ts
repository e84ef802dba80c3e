/** Looks up what STS would look up for a token and a role, and has it judged. */
import { GetOpenIDConnectProviderCommand, type IAMClient } from '@aws-sdk/client-iam'
import { isNotFound, undefinedIf } from '../aws/errors.ts'
import { findRole } from '../aws/roles.ts'
import { InvalidInput } from '../errors.ts'
import { explain, type Situation, type Verdict } from '../explain/explain.ts'
import { readToken } from '../explain/token.ts'
import { isRecord } from '../is-record.ts'
import type { FetchIssuer } from '../issuer-fetch.ts'
import { DISCOVERY_KEY } from '../oidc/discovery.ts'
import { isIssuer, providerArn } from '../oidc/issuer.ts'
import { isIssuerClaimed } from '../registry/claims.ts'
import type { Table } from '../registry/table.ts'

export interface Explaining {
  readonly table: Table
  /** Of the role's account. */
  readonly iam: IAMClient
  readonly fetchIssuer: FetchIssuer
  /** Where the pod calls STS. */
  readonly region: string
  readonly now: () => Date
}

/** The token is neither kept nor told to anybody. Throws InvalidInput when the ARN is not that of a role. */
export async function explainToken(explaining: Explaining, token: string, roleArn: string): Promise<Verdict> {
  const [, partition = '', accountId = '', roleName = ''] =
    /^arn:([a-z-]+):iam::(\d{12}):role\/(?:[^/]+\/)*([^/]+)$/.exec(roleArn) ?? []
  if (roleName === '')
    throw new InvalidInput('roleArn: must be arn:<partition>:iam::<account>:role/<path and name>')
  const read = readToken(token)
  const issuer = 'fault' in read ? undefined : read.claims.iss
  const [role, provider, documents] = await Promise.all([
    findRole(explaining.iam, roleName),
    issuer === undefined ? undefined : findProvider(explaining.iam, partition, accountId, issuer),
    issuer === undefined ? UNREAD : readDocuments(explaining, issuer),
  ])
  return explain({
    token,
    roleArn,
    role: role?.arn === roleArn ? role : undefined,
    provider,
    documents,
    region: explaining.region,
    now: explaining.now(),
  })
}

const UNREAD = { fault: 'the token does not say whose they are' } as const

async function findProvider(
  iam: IAMClient,
  partition: string,
  accountId: string,
  issuer: string,
): Promise<Situation['provider']> {
  if (!isIssuer(issuer)) return undefined
  const arn = providerArn(partition, accountId, issuer)
  const found = await iam
    .send(new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: arn }))
    .catch(undefinedIf(isNotFound, 'iam:GetOpenIDConnectProvider'))
  return found && { arn, url: `https://${found.Url}`, clientIds: found.ClientIDList ?? [] }
}

/** Of the deployment's own issuers only: a token can name any host. */
async function readDocuments(
  { table, fetchIssuer }: Explaining,
  issuer: string,
): Promise<Situation['documents']> {
  if (!(await isIssuerClaimed(table, issuer))) return { fault: 'no cluster of this stack has this issuer' }
  const discovery = await fetchJson(fetchIssuer, `${issuer}/${DISCOVERY_KEY}`)
  if ('fault' in discovery) return { fault: discovery.fault }
  const { issuer: served, jwks_uri: uri } = discovery.document
  if (typeof uri !== 'string') return { fault: 'the discovery document has no jwks_uri' }
  const jwks = await fetchJson(fetchIssuer, uri)
  if ('fault' in jwks) return { fault: jwks.fault }
  const { keys } = jwks.document
  return Array.isArray(keys) ? { issuer: served, keys } : { fault: 'what it serves at jwks_uri has no keys' }
}

type Json = { readonly document: Readonly<Record<string, unknown>> } | { readonly fault: string }

async function fetchJson(fetchIssuer: FetchIssuer, url: string): Promise<Json> {
  const fetched = await fetchIssuer(url)
  if ('fault' in fetched) return { fault: `${url}: ${fetched.fault}` }
  try {
    const document: unknown = JSON.parse(fetched.body)
    if (isRecord(document)) return { document }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  return { fault: `${url}: it is no JSON object` }
}
