/**
 * A request as API Gateway tells it, payload format 2.0, and an answer as it wants it:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import * as z from 'zod'

const texts = z.record(z.string(), z.string())

const requestSchema = z.object({
  version: z.literal('2.0'),
  headers: texts.default({}),
  /** Decoded; what is there more than once is joined with commas. */
  queryStringParameters: texts.default({}),
  pathParameters: texts.default({}),
  requestContext: z.object({
    http: z.object({ method: z.string(), path: z.string() }),
    requestId: z.string(),
    authorizer: z.unknown().optional(),
  }),
  body: z.string().default(''),
  isBase64Encoded: z.boolean().default(false),
})

export type HttpRequest = z.output<typeof requestSchema>

export interface HttpAnswer {
  readonly statusCode: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** What API Gateway sends; anything else is a mistake of the template's. */
export const httpEvent = z.custom<APIGatewayProxyEventV2>((event) => requestSchema.safeParse(event).success)

/** Throws ZodError. */
export function requestOf(event: APIGatewayProxyEventV2): HttpRequest {
  return requestSchema.parse(event)
}

/** `contentType` undefined: without a body. */
export function answerOf(
  statusCode: number,
  contentType: string | undefined,
  body: string,
  headers: HttpAnswer['headers'] = {},
): HttpAnswer {
  return {
    statusCode,
    headers: { ...(contentType && { 'content-type': contentType }), ...ALWAYS, ...headers },
    body,
  }
}

const ALWAYS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' }
