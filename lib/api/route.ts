/** What a route is: what it takes and answers, as schemas that validate and are published, and the function behind it. */
import type { Method } from '@middy/http-router'
import type * as z from 'zod'
import type { Stack } from '../aws/stack.ts'
import { PreconditionFailed } from '../errors.ts'
import type { ErrorName } from '../errors-by-name.ts'
import { parse } from '../parse.ts'
import type { Table } from '../registry/table.ts'
import type { Analyse } from '../role-check.ts'
import type { Authority, Caller } from '../tenancy/caller.ts'
import { readBody } from './body.ts'
import { callerOf } from './caller.ts'
import { answerOf, type HttpAnswer, type HttpRequest } from './http.ts'

/** What the routes work with. */
export interface Api {
  readonly table: Table
  /** Written before anything is changed. */
  readonly audit: Table
  readonly stack: Stack
  readonly authority: Authority
  /** Of what roles would be given, before it is. Undefined: nobody is asked. */
  readonly analyse?: Analyse | undefined
  /** The claim of a token that lists groups. */
  readonly groupsClaim: string
  readonly now: () => Date
}

export interface Asked<Path, Query> {
  readonly caller: Caller
  readonly path: Path
  readonly query: Query
  /** JSON; undefined where the route takes none. Who needs it parses it. */
  readonly body: unknown
  /** Of If-Match, 0 of `If-None-Match: *`; undefined when it does not matter. */
  readonly expectedVersion: number | undefined
}

export interface Answer {
  readonly status: number
  /** Becomes JSON, unless the route says otherwise and it is a text. */
  readonly body: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export interface Published {
  readonly method: Exclude<Method, 'ANY'>
  readonly path: string
  readonly operation: string
  readonly summary: string
  readonly description?: string
  /** Open to everybody, or to whom the authorizer lets in. */
  readonly access: 'open' | 'authorised'
  readonly parameters: z.ZodObject
  readonly query: z.ZodObject
  /** Takes If-Match and If-None-Match, and answers an ETag. */
  readonly versioned?: boolean
  /** `isOptional`: without a body it is asked as with an empty object. */
  readonly body?: { readonly name: string; readonly schema: z.ZodType; readonly isOptional?: true }
  readonly answers: Readonly<Record<number, PublishedAnswer>>
  /** Beside those of every route: openapi.ts adds them. */
  readonly errors: readonly ErrorName[]
}

export interface PublishedAnswer {
  readonly description: string
  /** Default: JSON. */
  readonly mediaType?: string
  /** Undefined: no body. */
  readonly content?: { readonly name: string; readonly schema: z.ZodType }
}

/** `Context`: what it works with. */
export interface Route<Context extends Api = Api> extends Published {
  readonly answer: (context: Context, request: HttpRequest) => Promise<HttpAnswer>
}

type Described<Path extends z.ZodObject, Query extends z.ZodObject> = Published & {
  readonly parameters: Path
  readonly query: Query
}

type Run<Path extends z.ZodObject, Query extends z.ZodObject, Context extends Api> = (
  context: Context,
  asked: Asked<z.output<Path>, z.output<Query>>,
) => Promise<Answer> | Answer

export function route<Path extends z.ZodObject, Query extends z.ZodObject>({
  run,
  ...published
}: Described<Path, Query> & { readonly run: Run<Path, Query, Api> }): Route {
  return answering<Path, Query, Api>(published as Described<Path, Query>, run)
}

/** The caller first, then what is asked for: who may not ask learns nothing of what would be right. */
export function answering<Path extends z.ZodObject, Query extends z.ZodObject, Context extends Api>(
  published: Described<Path, Query>,
  run: Run<Path, Query, Context>,
): Route<Context> {
  return {
    ...published,
    async answer(context, request) {
      const caller = published.access === 'open' ? NOBODY : callerOf(request, context.groupsClaim)
      const path = parse(published.parameters, request.pathParameters, 'path')
      const query = parse(published.query, request.queryStringParameters, 'query')
      const body = bodyOf(published, request)
      const expectedVersion = published.versioned ? expectedVersionOf(request) : undefined
      const {
        status,
        body: answered,
        headers,
      } = await run(context, { caller, path, query, body, expectedVersion })
      const { mediaType = JSON_TYPE, content } = published.answers[status] ?? {}
      if (content === undefined) return answerOf(status, undefined, '', headers)
      const text = mediaType === JSON_TYPE ? JSON.stringify(answered) : String(answered)
      return answerOf(status, mediaType, text, headers)
    },
  }
}

function bodyOf({ body }: Published, request: HttpRequest): unknown {
  if (body === undefined) return undefined
  return body.isOptional && request.body === '' ? {} : readBody(request)
}

const JSON_TYPE = 'application/json'
const NOBODY: Caller = { principal: '', groups: [] }

export function etag(version: number): Readonly<Record<string, string>> {
  return { etag: `"${version}"` }
}

/** RFC 9110 §13.1. Throws PreconditionFailed for an ETag that is none of ours. */
function expectedVersionOf({ headers }: HttpRequest): number | undefined {
  const match = headers['if-match']?.trim()
  const noneMatch = headers['if-none-match']?.trim()
  if (match === undefined && noneMatch === undefined) return undefined
  if (match === undefined && noneMatch === '*') return 0
  const [, version] = /^"([1-9]\d{0,14})"$/.exec(match ?? '') ?? []
  if (version === undefined || noneMatch !== undefined)
    throw new PreconditionFailed(
      'Of preconditions, If-Match with one ETag of ours and If-None-Match: * are taken.',
    )
  return Number(version)
}
