/** Whether an answer is one that the OpenAPI document promises. */
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect } from 'vitest'
import { openApiDocument } from '../../../lib/api/openapi.ts'
import { API } from '../../../lib/api/routes.ts'

export const DOCUMENT = openApiDocument(API)

const ajv = new Ajv2020({ strict: false, validateFormats: false }).addSchema(DOCUMENT, 'api')

export interface Promised {
  readonly status: number
  readonly contentType: string | null | undefined
  readonly body: string
}

/** Of a path that is no route's, and of a method that it has not, only that the answer is a problem. */
export function expectConforming(
  method: string,
  path: string,
  { status, contentType, body }: Promised,
): void {
  const [template, methods] = Object.entries(DOCUMENT.paths).find(([one]) => isAt(one, path)) ?? []
  const operation = new Map(Object.entries(methods ?? {})).get(method.toLowerCase())
  if (template === undefined || operation === undefined) {
    expect([404, 405]).toContain(status)
    expectValid('#/components/schemas/Problem', JSON.parse(body))
    return
  }
  const promised = operation.responses[status]
  expect(promised, `${method} ${template} ${status}`).toBeDefined()
  const [[mediaType, { schema }] = ['', { schema: {} }]] = Object.entries(promised?.content ?? {})
  if (promised?.content === undefined) {
    expect(body).toBe('')
    return
  }
  expect(contentType).toBe(mediaType)
  const value: unknown = mediaType.endsWith('json') ? JSON.parse(body) : body
  expectValid(String('$ref' in schema ? schema.$ref : ''), value)
}

function expectValid(reference: string, value: unknown): void {
  const validate = ajv.getSchema(`api${reference}`)
  expect(validate, reference).toBeDefined()
  expect(validate?.(value), JSON.stringify(validate?.errors)).toBe(true)
}

function isAt(template: string, path: string): boolean {
  return new RegExp(`^${template.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}/?$`).test(path)
}
