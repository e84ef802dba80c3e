import { Validator } from '@seriousme/openapi-schema-validator'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import { docsPage } from '../../../lib/api/docs-page.ts'
import { OPERATIONS } from '../../../lib/api/operations/published.ts'
import { OPERATION_ROUTES } from '../../../lib/api/operations/routes.ts'
import { API } from '../../../lib/api/routes.ts'
import { eventSchemas } from '../../../lib/events/names.ts'
import { aTable } from '../registry/registry.ts'
import { DOCUMENT } from './conforms.ts'
import { anApi } from './fixture.ts'

describe('the OpenAPI document', () => {
  test('is a valid one', async () => {
    const { valid, errors } = await new Validator().validate(JSON.parse(JSON.stringify(DOCUMENT)))

    expect([valid, errors]).toEqual([true, undefined])
  })

  test('has every route, each with a name of its own', () => {
    const operations = Object.values(DOCUMENT.paths).flatMap((methods) => Object.values(methods))

    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(API.length)
    for (const { method, path } of API)
      expect(DOCUMENT.paths[path]?.[method.toLowerCase()], `${method} ${path}`).toBeDefined()
  })

  test('has of the operators’ routes what their function answers', () => {
    const nameOf = ({ operation }: { readonly operation: string }) => operation

    expect(OPERATION_ROUTES.map(nameOf)).toEqual(OPERATIONS.map(nameOf))
  })

  test('has a parameter for each part of a path that is one', () => {
    for (const [path, methods] of Object.entries(DOCUMENT.paths))
      for (const { parameters } of Object.values(methods)) {
        const names = parameters.filter((one) => one.in === 'path' && one.required).map(({ name }) => name)
        expect(names).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name))
      }
  })

  test('has only schemas that can be used', () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false }).addSchema(DOCUMENT, 'api')

    for (const name of Object.keys(DOCUMENT.components.schemas))
      expect(() => ajv.getSchema(`api#/components/schemas/${name}`), name).not.toThrow()
  })

  test('has every event', () => {
    for (const name of Object.keys(eventSchemas()))
      expect(Object.keys(DOCUMENT.components.schemas)).toContain(`Event${name.replaceAll(' ', '')}`)
  })

  test('is served as it is', async () => {
    const ask = await anApi(await aTable())

    expect((await ask('GET', '/openapi.json')).json).toEqual(JSON.parse(JSON.stringify(DOCUMENT)))
  })
})

describe('the page', () => {
  const page = docsPage(DOCUMENT)

  test('has every route and every schema, and links only to what it has', () => {
    const ids = new Set([...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id))

    for (const { operation } of API) expect(ids).toContain(operation)
    for (const name of Object.keys(DOCUMENT.components.schemas)) expect(ids).toContain(`schema-${name}`)
    for (const [, target] of page.matchAll(/href="#([^"]+)"/g)) expect(ids).toContain(target)
  })

  test('needs nothing from elsewhere, and runs nothing', () => {
    expect(page).not.toMatch(/<script|<link|<img|src=|url\(|@import|href="(?!#)/i)
  })

  test('shows text as text', () => {
    const evil = '<script>alert("x")</script>'
    const info = { ...DOCUMENT.info, title: evil, description: `${evil} \`<b>\`` }

    expect(docsPage({ ...DOCUMENT, info })).not.toMatch(/<script|<code><b>/)
  })
})
