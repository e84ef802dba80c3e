/** JSON of any depth. `JSON.stringify` throws RangeError some thousand levels down, where `JSON.parse` still reads. */
export function writeJson(value: unknown): string {
  try {
    return JSON.stringify(value)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return writeDeep(value)
  }
}

/** Text as it is, or a value that is still to be written. */
type Part = { readonly text: string } | { readonly value: unknown }

/** Without recursion, and slower; for what JSON can hold, `undefined` members left out. */
function writeDeep(root: unknown): string {
  const written: string[] = []
  const left: Part[] = [{ value: root }]
  for (let part = left.pop(); part !== undefined; part = left.pop()) {
    if ('text' in part) written.push(part.text)
    else if (typeof part.value !== 'object' || part.value === null)
      written.push(JSON.stringify(part.value) ?? 'null')
    else for (const one of partsOf(part.value).reverse()) left.push(one)
  }
  return written.join('')
}

function partsOf(value: object): Part[] {
  if (Array.isArray(value))
    return [
      { text: '[' },
      ...value.flatMap((item: unknown, index) => [{ text: index === 0 ? '' : ',' }, { value: item }]),
      { text: ']' },
    ]
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  return [
    { text: '{' },
    ...members.flatMap(([name, member], index) => [
      { text: `${index === 0 ? '' : ','}${JSON.stringify(name)}:` },
      { value: member },
    ]),
    { text: '}' },
  ]
}
