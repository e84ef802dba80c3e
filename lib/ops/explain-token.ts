/** Looks up what STS would look up for a token and a role, and has it judged. */
import type { IAMClient } from '@aws-sdk/client-iam'
import { parseRoleArn, ROLE_ARN_FAULT } from '../aws/names.ts'
import { findProvider } from '../aws/providers.ts'
import { findRole } from '../aws/roles.ts'
import { InvalidInput } from '../errors.ts'
import { explain, type Situation, type Verdict } from '../explain/explain.ts'
import { readToken } from '../explain/token.ts'
import { isRecord } from '../is-record.ts'
import type { FetchIssuer } from '../issuer-fetch.ts'
import { discoveryUrl, isOnHostOf } from '../oidc/discovery.ts'
import { isIssuer, providerArn } from '../oidc/issuer.ts'
import { isIssuerClaimed } from '../registry/claims.ts'
import type { Table } from '../registry/table.ts'
import { type IamIfOwn, lookInto } from './look-into.ts'

export interface Explaining {
  readonly table: Table
  readonly iamIfOwn: IamIfOwn
  readonly fetchIssuer: FetchIssuer
  /** Where the pod calls STS. */
  readonly region: string
  readonly now: () => Date
}

/** The token is neither kept nor told to anybody. Throws InvalidInput when the ARN is not that of a role. */
export async function explainToken(explaining: Explaining, token: string, roleArn: string): Promise<Verdict> {
  const arn = parseRoleArn(roleArn)
  if (arn === undefined) throw new InvalidInput(`roleArn: ${ROLE_ARN_FAULT}`)
  const { partition, accountId, roleName } = arn
  const read = readToken(token)
  const issuer = 'fault' in read ? undefined : read.claims.iss
  const { iamIfOwn } = explaining
  const [role, provider, documents] = await Promise.all([
    lookInto(iamIfOwn, accountId, (iam) => findRoleOfArn(iam, roleName, roleArn)),
    issuer === undefined || !isIssuer(issuer)
      ? undefined
      : lookInto(iamIfOwn, accountId, (iam) => findProvider(iam, providerArn(partition, accountId, issuer))),
    issuer === undefined ? UNREAD : readDocuments(explaining, issuer),
  ])
  return explain({
    token,
    roleArn,
    role,
    provider,
    documents,
    region: explaining.region,
    now: explaining.now(),
  })
}

const UNREAD = { fault: 'the token does not say whose they are' } as const

/** A name is unique in its account; of another path it is another role to STS. */
async function findRoleOfArn(iam: IAMClient, roleName: string, roleArn: string) {
  const role = await findRole(iam, roleName)
  return role?.arn === roleArn ? role : undefined
}

/** Of the deployment's own issuers only: a token can name any host. */
async function readDocuments(
  { table, fetchIssuer }: Explaining,
  issuer: string,
): Promise<Situation['documents']> {
  if (!(await isIssuerClaimed(table, issuer))) return { fault: 'no cluster of this stack has this issuer' }
  const discovery = await fetchJson(fetchIssuer, discoveryUrl(issuer))
  if ('fault' in discovery) return { fault: discovery.fault }
  const { issuer: served, jwks_uri: uri } = discovery.document
  if (!isOnHostOf(issuer, uri))
    return { fault: "the discovery document has no jwks_uri on the issuer's own host" }
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
