/** What the API says of itself, to programs and to people. Open to everybody: there is no secret in it. */
import * as z from 'zod'
import { docsPage } from './docs-page.ts'
import { type OpenApi, openApiDocument } from './openapi.ts'
import { none } from './parameters.ts'
import { type Published, type Route, route } from './route.ts'

/** `routes` has these two as well. */
export function documentRoutes(routes: () => readonly Published[]): readonly Route[] {
  let document: OpenApi | undefined
  const read = () => {
    document ??= openApiDocument(routes())
    return document
  }
  return [
    route({
      method: 'GET',
      path: '/openapi.json',
      operation: 'getOpenApi',
      summary: 'This API as OpenAPI 3.1',
      access: 'open',
      parameters: none,
      query: none,
      answers: {
        200: {
          description: 'The document.',
          content: { name: 'OpenApi', schema: z.record(z.string(), z.unknown()) },
        },
      },
      errors: [],
      run: () => ({ status: 200, body: read(), headers: CACHED }),
    }),
    route({
      method: 'GET',
      path: '/docs',
      operation: 'getDocs',
      summary: 'This API for people',
      access: 'open',
      parameters: none,
      query: none,
      answers: {
        200: {
          description: 'A page.',
          mediaType: 'text/html; charset=utf-8',
          content: { name: 'DocsPage', schema: z.string() },
        },
      },
      errors: [],
      run: () => ({ status: 200, body: docsPage(read()), headers: { ...CACHED, ...ONLY_ITSELF } }),
    }),
  ]
}

const CACHED = { 'cache-control': 'public, max-age=300' }
/** Neither scripts nor anything from elsewhere. */
const ONLY_ITSELF = { 'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'" }
