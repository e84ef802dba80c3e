/** `npm run size`: what each bundle weighs and may weigh (bundles-budget.json, kB), and which SDK clients are in it. */

import { type Bundle, bundlesOf } from './bundles.ts'
import budget from './bundles-budget.json' with { type: 'json' }
import { readPackaged } from './packaged.ts'

const COLUMNS = ['minified', 'of', 'zipped', 'of']

const bundles = bundlesOf(await readPackaged()).toSorted((one, other) => other.zippedBytes - one.zippedBytes)
printLine('kB', COLUMNS, 'SDK clients')
for (const bundle of bundles) printLine(bundle.name, sizesOf(bundle), bundle.sdkClients.join(', '))

function printLine(name: string, columns: readonly string[], clients: string): void {
  console.log([name.padEnd(18), ...columns.map((column) => column.padStart(8)), ` ${clients}`].join(' '))
}

function sizesOf({ name, minifiedBytes, zippedBytes }: Bundle): string[] {
  const most = new Map(Object.entries(budget)).get(name)
  const sizes = [minifiedBytes / 1000, most?.minified, zippedBytes / 1000, most?.zipped]
  return sizes.map((size) => (size === undefined ? 'none' : size.toFixed()))
}
