/** Where in the text of a policy something is, as Access Analyzer says it: a path, and the lines and columns. */
import type { Location, PathElement, Position } from '@aws-sdk/client-accessanalyzer'
import { LineCounter, parseDocument } from 'yaml'

export type Path = readonly (string | number)[]

/** JSON is YAML too, whose parser remembers where everything was; it is slow, so for a policy without findings it is not asked. What is not there is where its owner is. */
export function locator(text: string): (path: Path) => Location {
  const lineCounter = new LineCounter()
  const document = parseDocument(text, { lineCounter, uniqueKeys: false })
  const positionOf = (offset: number): Position => {
    const { line, col } = lineCounter.linePos(offset)
    return { line, column: col - 1, offset }
  }
  const rangeOf = (path: Path): readonly [number, number] => {
    const node = document.getIn(path, true)
    const range = isRanged(node) ? node.range : undefined
    if (range) return [range[0], range[1]]
    return path.length === 0 ? [0, text.length] : rangeOf(path.slice(0, -1))
  }
  return (path) => {
    const [start, end] = rangeOf(path)
    return { path: path.map(elementOf), span: { start: positionOf(start), end: positionOf(end) } }
  }
}

function elementOf(step: string | number): PathElement {
  return typeof step === 'number' ? { index: step } : { value: step }
}

function isRanged(node: unknown): node is { readonly range?: readonly [number, number, number] | null } {
  return typeof node === 'object' && node !== null && 'range' in node
}
