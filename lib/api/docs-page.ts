/** The OpenAPI document as one page of HTML: no script, nothing from elsewhere. */
import type { OpenApi, Operation, Parameter } from './openapi.ts'

export function docsPage({ info, paths, components }: OpenApi): string {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  )
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(info.title)}</title>
<style>${STYLE}</style>
</head>
<body>
<nav>
<h1>${escaped(info.title)}</h1>
<ul>
${operations.map(({ method, path, operation }) => `<li><a href="#${operation.operationId}">${methodMark(method)}<span>${escaped(path)}</span></a></li>`).join('\n')}
</ul>
<h2>Schemas</h2>
<ul>
${Object.keys(components.schemas)
  .map((name) => `<li><a href="#schema-${name}">${escaped(name)}</a></li>`)
  .join('\n')}
</ul>
</nav>
<main>
${paragraphs(info.description)}
${operations.map(({ method, path, operation }) => section(method, path, operation)).join('\n')}
<h2>Schemas</h2>
${Object.entries(components.schemas)
  .map(
    ([name, schema]) =>
      `<details id="schema-${name}"><summary>${escaped(name)}</summary>${json(schema)}</details>`,
  )
  .join('\n')}
</main>
</body>
</html>
`
}

function section(method: string, path: string, operation: Operation): string {
  const { operationId, summary, description, security, parameters, requestBody, responses } = operation
  return `<section id="${operationId}">
<h2>${methodMark(method)} <code>${escaped(path)}</code></h2>
<p><strong>${escaped(summary)}.</strong> ${security.length === 0 ? 'Open to everybody.' : ''}</p>
${description === undefined ? '' : paragraphs(description)}
${parameterTable(parameters)}
${requestBody === undefined ? '' : `<p>Body: ${references(requestBody.content)}</p>`}
<table>
<thead><tr><th>Status</th><th>Meaning</th><th>Body</th></tr></thead>
<tbody>
${Object.entries(responses)
  .map(
    ([status, response]) =>
      `<tr><td>${status}</td><td>${paragraphs(response.description)}</td><td>${references(response.content ?? {})}</td></tr>`,
  )
  .join('\n')}
</tbody>
</table>
</section>`
}

function parameterTable(parameters: readonly Parameter[]): string {
  if (parameters.length === 0) return ''
  const rows = parameters.map(
    ({ name, in: place, required, description = '' }) =>
      `<tr><td><code>${escaped(name)}</code></td><td>${place}${required ? ', required' : ''}</td><td>${escaped(description)}</td></tr>`,
  )
  return `<table>
<thead><tr><th>Parameter</th><th>In</th><th></th></tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>`
}

function references(content: Readonly<Record<string, { readonly schema: object }>>): string {
  return Object.entries(content)
    .map(([mediaType, { schema }]) => {
      const name = '$ref' in schema ? String(schema.$ref).replace(/^.*\//, '') : ''
      return `<a href="#schema-${name}">${escaped(name)}</a> <small>${escaped(mediaType)}</small>`
    })
    .join('<br>')
}

function methodMark(method: string): string {
  return `<b class="${method.toLowerCase()}">${method}</b>`
}

/** Of the descriptions' Markdown only what they use: paragraphs, bold, code. */
function paragraphs(text: string): string {
  const marked = escaped(text)
    .replaceAll(/\*\*(.+?)\*\*/g, '<strong>$1</strong>')
    .replaceAll(/`(.+?)`/g, '<code>$1</code>')
  return marked
    .split('\n\n')
    .map((paragraph) => `<p>${paragraph}</p>`)
    .join('')
}

function json(value: object): string {
  return `<pre>${escaped(JSON.stringify(value, null, 2))}</pre>`
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

function escaped(text: string): string {
  return text.replaceAll(/[&<>"]/g, (character) => ENTITIES[character] ?? '')
}

const STYLE = `
:root { color-scheme: light dark; --line: #8884; --soft: #8881; }
* { box-sizing: border-box; }
body { margin: 0; display: grid; grid-template-columns: 23rem minmax(0, 1fr); font: 15px/1.5 system-ui, sans-serif; }
nav { position: sticky; top: 0; height: 100vh; overflow: auto; padding: 1rem; border-right: 1px solid var(--line); font-size: 13px; }
nav h1 { font-size: 1.2rem; margin: 0 0 .5rem; }
nav h2 { font-size: 1rem; margin: 1rem 0 .5rem; }
nav ul { list-style: none; margin: 0; padding: 0; }
nav li { padding: .15rem 0; }
a { color: inherit; }
nav a { display: flex; text-decoration: none; overflow-wrap: anywhere; }
nav a:hover { text-decoration: underline; }
main { padding: 1rem 2rem 4rem; max-width: 62rem; }
section { border-top: 1px solid var(--line); padding-top: .5rem; margin-top: 2rem; }
h2 { font-size: 1.15rem; overflow-wrap: anywhere; }
b { display: inline-block; flex: none; width: 3.6rem; padding-top: .2em; font-size: .75em; letter-spacing: .03em; }
nav b { font-size: 10px; }
.get { color: #1a7f37; } .put { color: #9a6700; } .delete { color: #cf222e; } .post { color: #0969da; }
table { border-collapse: collapse; width: 100%; margin: .75rem 0; }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem; border: 1px solid var(--line); overflow-wrap: anywhere; }
th { background: var(--soft); font-weight: 600; white-space: nowrap; }
td p { margin: 0 0 .3rem; }
td:first-child { white-space: nowrap; }
code, pre { font: 13px/1.45 ui-monospace, monospace; }
pre { background: var(--soft); padding: .75rem; overflow: auto; }
summary { cursor: pointer; padding: .25rem 0; }
@media (max-width: 60rem) { body { display: block; } nav { position: static; height: auto; border: 0; } main { padding: 1rem; } }
`
