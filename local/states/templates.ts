/** Payload templates: Parameters, ItemSelector, ResultSelector. https://states-language.net/#payload-template */
import { EvaluationFailure } from './failures.ts'
import { compileIntrinsic } from './intrinsics.ts'
import { isArray, isObject, type Json } from './json.ts'
import { type Data, parsePath, readPath } from './paths.ts'

export type Template = (data: Data) => Json

/** Throws SyntaxError or NotInLocalMode for a field ending in `.$` whose value is no path and no function. */
export function compileTemplate(template: Json): Template {
  if (isArray(template)) {
    const items = template.map(compileTemplate)
    return (data) => items.map((item) => item(data))
  }
  if (!isObject(template)) return () => template
  const members = Object.entries(template).map(([name, value]) => compileMember(name, value))
  return (data) => Object.fromEntries(members.map(([name, value]) => [name, value(data)]))
}

function compileMember(name: string, value: Json): readonly [string, Template] {
  if (!name.endsWith('.$')) return [name, compileTemplate(value)]
  if (typeof value !== 'string')
    throw new SyntaxError(`the value of "${name}" must be a path or an intrinsic function`)
  return [name.slice(0, -2), compileExpression(name, value)]
}

/** A path or an intrinsic function, as `field` has it. */
export function compileExpression(field: string, text: string): Template {
  if (text.startsWith('States.')) return compileIntrinsic(text)
  if (!text.startsWith('$'))
    throw new SyntaxError(`the value of "${field}" must be a path or an intrinsic function`)
  const path = parsePath(text)
  return (data) => {
    const value = readPath(path, data)
    if (value !== undefined) return value
    throw new EvaluationFailure(
      `The JSONPath '${text}' specified for the field '${field}' could not be found in the input '${JSON.stringify(data.input)}'`,
    )
  }
}
