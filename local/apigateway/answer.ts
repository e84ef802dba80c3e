/**
 * What a function answered, as the caller is given it. A structure has a `statusCode`; everything else is the body of a 200.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html#http-api-develop-integrations-lambda.v2
 */
import * as z from 'zod'
import type { ApiResponse } from '../world.ts'

const structure = z.object({
  statusCode: z
    .union([z.int(), z.string().regex(/^\d{3}$/)])
    .transform(Number)
    .pipe(z.int().min(100).max(599)),
  headers: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String)).nullish(),
  cookies: z.array(z.string()).nullish(),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().nullish(),
})

/** `payload` is the function's JSON. A structure that is none is an Internal Server Error. */
export function answerOf(payload: string): ApiResponse {
  const value: unknown = JSON.parse(payload)
  if (typeof value !== 'object' || value === null || !('statusCode' in value))
    return { status: 200, headers: { 'content-type': ['application/json'] }, body: payload }
  const { success, data } = structure.safeParse(value)
  if (!success) return failure(500)
  const headers = Object.entries(data.headers ?? {}).map(([name, text]) => [name.toLowerCase(), [text]])
  return {
    status: data.statusCode,
    headers: {
      'content-type': ['text/plain;charset=UTF-8'],
      ...Object.fromEntries(headers),
      ...(data.cookies ? { 'set-cookie': data.cookies } : {}),
    },
    body: Buffer.from(data.body ?? '', data.isBase64Encoded ? 'base64' : 'utf8'),
  }
}

const MESSAGES = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  413: 'Request Entity Too Large',
  429: 'Too Many Requests',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
} as const

export type FailureStatus = keyof typeof MESSAGES

/** API Gateway's own words. */
export function failure(
  status: FailureStatus,
  headers: Readonly<Record<string, readonly string[]>> = {},
): ApiResponse {
  const body = JSON.stringify({ message: MESSAGES[status] })
  return { status, headers: { 'content-type': ['application/json'], ...headers }, body }
}
