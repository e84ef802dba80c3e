/** What an HTTP API consists of: authorizers, integrations, routes and stages, all made, read, changed and deleted alike. */
import type * as z from 'zod'
import { AwsError, NotInLocalMode } from '../errors.ts'
import { type Call, type Operation, operation } from '../service.ts'
import { type Api, type Apis, ask, findApi, notFound } from './api.ts'
import { page } from './pages.ts'

export interface PartKind<Settings extends object, Part extends object> {
  readonly noun: 'Authorizer' | 'Integration' | 'Route' | 'Stage'
  readonly idMember: string
  /** Strict: what is not in it, local mode does not have. */
  readonly settings: z.ZodType<Settings>
  readonly partsOf: (api: Api) => Map<string, Part>
  /** Throws AwsError for settings that AWS refuses. `existing` is what an update changes. */
  readonly make: (settings: Settings, api: Api, existing: Part | undefined) => Part
  readonly idOf: (part: Part) => string
}

interface Input {
  readonly ApiId?: string | undefined
  readonly MaxResults?: string | undefined
  readonly NextToken?: string | undefined
}

export function partOperations<Settings extends object, Part extends object>(
  apis: Apis,
  kind: PartKind<Settings, Part>,
): Record<string, Operation<never, unknown>> {
  const { noun, idMember } = kind
  const list = ({ ApiId }: Input) => `/apis/${ApiId}/${noun.toLowerCase()}s`
  const idIn = (input: Input): string => String(new Map<string, unknown>(Object.entries(input)).get(idMember))
  const one = (input: Input) => `${list(input)}/${idIn(input)}`
  function find(input: Input, call: Call): { readonly api: Api; readonly part: Part } {
    const api = findApi(apis, input.ApiId, call)
    const part = kind.partsOf(api).get(idIn(input))
    if (part === undefined) throw notFound(noun, idIn(input))
    return { api, part }
  }
  return {
    [`Create${noun}`]: operation<Input, object>({
      asks: (input, call) => [ask('POST', list(input), call)],
      run(input, call) {
        const api = findApi(apis, input.ApiId, call)
        const { ApiId: _, ...settings } = input
        const part = kind.make(parse(`Create${noun}`, kind.settings, settings), api, undefined)
        const parts = kind.partsOf(api)
        if (parts.has(kind.idOf(part))) throw new AwsError('ConflictException', `${noun} already exists`, 409)
        parts.set(kind.idOf(part), part)
        return part
      },
    }),
    [`Get${noun}`]: operation<Input, object>({
      asks: (input, call) => [ask('GET', one(input), call)],
      run: (input, call) => find(input, call).part,
    }),
    [`Get${noun}s`]: operation<Input, object>({
      asks: (input, call) => [ask('GET', list(input), call)],
      run: (input, call) =>
        page([...kind.partsOf(findApi(apis, input.ApiId, call)).values()], kind.idOf, input),
    }),
    [`Update${noun}`]: operation<Input, object>({
      asks: (input, call) => [ask('PATCH', one(input), call)],
      run(input, call) {
        const { api, part } = find(input, call)
        const { ApiId: _, ...changes } = input
        const known = Object.entries({ ...part, ...changes }).filter(([name]) => !isGivenByAws(kind, name))
        const settings = parse(`Update${noun}`, kind.settings, Object.fromEntries(known))
        const changed = kind.make(settings, api, part)
        kind.partsOf(api).set(kind.idOf(part), changed)
        return changed
      },
    }),
    [`Delete${noun}`]: operation<Input, object>({
      asks: (input, call) => [ask('DELETE', one(input), call)],
      run(input, call) {
        const { api, part } = find(input, call)
        kind.partsOf(api).delete(kind.idOf(part))
        return {}
      },
    }),
  }
}

function isGivenByAws(
  { noun, idMember }: { readonly noun: string; readonly idMember: string },
  name: string,
) {
  return name === 'CreatedDate' || (name === idMember && noun !== 'Stage')
}

function parse<Settings>(operationName: string, schema: z.ZodType<Settings>, given: object): Settings {
  const { success, data, error } = schema.safeParse(given)
  if (success) return data
  const [issue] = error.issues
  const members = issue?.code === 'unrecognized_keys' ? issue.keys : (issue?.path ?? [])
  throw new NotInLocalMode(`${operationName} with such ${members.map(String).join('.')}`)
}
