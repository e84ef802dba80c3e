/** The routes in front of a registry in the embedded DynamoDB, without the network: events in, answers out. */
import { Logger } from '@aws-lambda-powertools/logger'
import type { HttpAnswer } from '../../../lib/api/http.ts'
import { type Answering, createRouter } from '../../../lib/api/router.ts'
import { ROUTES } from '../../../lib/api/routes.ts'
import type { Table } from '../../../lib/registry/table.ts'
import type { Analyse } from '../../../lib/role-check.ts'
import { anAuditTable } from '../audit/audit-table.ts'
import { aContext } from '../lambda-context.ts'
import { golemRecord, putCluster } from '../registry/registry.ts'
import { STACK } from '../resources/golem.ts'
import { expectConforming } from './conforms.ts'

export const ADMINISTRATOR = 'arn:aws:iam::000000000000:user/admin'
export const OPERATOR = 'arn:aws:sts::000000000000:assumed-role/operator/session'
export const APPROVER = 'arn:aws:sts::000000000000:assumed-role/approver/session'
export const TEAM = 'arn:aws:sts::000000000000:assumed-role/team/session'
export const OTHER_TEAM = 'arn:aws:sts::000000000000:assumed-role/other/session'
/** As registry and tenants know them. */
export const TEAM_PRINCIPAL = 'iam:arn:aws:iam::000000000000:role/team'
export const OTHER_PRINCIPAL = 'iam:arn:aws:iam::000000000000:role/other'
/** Of the example's cluster. */
export const ROLE = '/clusters/golem/roles/default/reader'
export const ROLE_KEY = { namespace: 'default', serviceAccount: 'reader' }
export const NOW = new Date('2026-01-31T12:00:00.000Z')

export interface Wish {
  readonly userArn?: string | undefined
  readonly headers?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string>>
  /** As JSON, with its media type. */
  readonly json?: unknown
  readonly body?: string
  readonly authorizer?: unknown
}

export interface Answered extends HttpAnswer {
  /** Parsed, if it is JSON. */
  readonly json: Readonly<Record<string, unknown>>
}

export type Ask = (method: string, path: string, wish?: Wish) => Promise<Answered>

export function eventOf(method: string, path: string, wish: Wish = {}): object {
  const { userArn = ADMINISTRATOR, headers = {}, query, json, body, authorizer = { iam: { userArn } } } = wish
  const sent = json === undefined ? body : JSON.stringify(json)
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: '',
    headers: { ...(json !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(query && { queryStringParameters: query }),
    requestContext: { http: { method, path }, requestId: 'request-1', authorizer },
    ...(sent !== undefined && { body: sent }),
    isBase64Encoded: false,
  }
}

const AUTHORITY = {
  administrators: [`iam:${ADMINISTRATOR}`],
  operators: ['iam:arn:aws:iam::000000000000:role/operator'],
  approvers: ['iam:arn:aws:iam::000000000000:role/approver'],
}

/** With the example's cluster in the registry. */
export async function anApi(table: Table, audit?: Table, analyse?: Analyse): Promise<Ask> {
  const api = { ...(await commonContext(audit)), table, analyse }
  await putCluster(table, golemRecord())
  return askingOf(createRouter(api, ROUTES))
}

export async function commonContext(audit?: Table) {
  return {
    audit: audit ?? (await anAuditTable()),
    stack: STACK,
    authority: AUTHORITY,
    groupsClaim: 'groups',
    now: () => NOW,
  }
}

export function askingOf(answer: Answering): Ask {
  const reporting = { logger: new Logger({ logLevel: 'SILENT' }), context: aContext() }
  return async (method, path, wish) => {
    const answered = await answer(eventOf(method, path, wish), reporting)
    const { statusCode: status, headers, body } = answered
    expectConforming(method, path, { status, contentType: headers['content-type'], body })
    const isJson = answered.headers['content-type']?.endsWith('json') ?? false
    return { ...answered, json: isJson && answered.body !== '' ? JSON.parse(answered.body) : {} }
  }
}
