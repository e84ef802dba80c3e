/** docs/errors.md: every error that an execution, a role or an event can end with, and what to do. */

import type { MendedBy } from '../../lib/errors.ts'
import { ERRORS, EXECUTION_ERRORS } from '../../lib/errors-by-name.ts'

const SECTIONS: Readonly<Record<MendedBy, readonly [title: string, words: string]>> = {
  operator: [
    'An operator mends it, then replays',
    'The execution stopped at the step, and waits there: `irsa replay <cluster>` goes on.',
  ],
  requester: [
    'Whoever asked mends it, then asks again',
    'An event is in the dead letters, a role has failed and the others have not; nothing waits for a replay.',
  ],
  time: [
    'It passes by itself',
    'The workflow tries again for some minutes; only what persists stops an execution.',
  ],
}

export function errorsDocument(): string {
  const sections = (Object.keys(SECTIONS) as MendedBy[]).flatMap((mendedBy) => {
    const [title, words] = SECTIONS[mendedBy]
    return [`## ${title}`, words, table([...ERRORS].filter(([, kind]) => kind.mendedBy === mendedBy))]
  })
  return `${[
    '# Errors',
    'Made by `npm run docs:errors` from `lib/errors.ts`; `irsa execution show`, `irsa role show` and `irsa dead-letters` print the same.',
    ...sections,
    '## Of Step Functions and Lambda',
    'They stop an execution as well, without a class of ours.',
    table([...EXECUTION_ERRORS].map(([name, remedy]) => [name, { remedy }])),
  ].join('\n\n')}\n`
}

function table(rows: readonly (readonly [string, { readonly remedy: string }])[]): string {
  const lines = rows
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, { remedy }]) => `| \`${name}\` | ${remedy.replaceAll('<', '&lt;')} |`)
  return ['| Error | What to do |', '|---|---|', ...lines].join('\n')
}
