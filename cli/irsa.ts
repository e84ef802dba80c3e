#!/usr/bin/env node
/** `npx irsa`: for the person on call. See what is wrong, understand it, replay it. */
import { endOnSignals, endWhenUnread } from './endings.ts'
import { runIrsa } from './irsa/program.ts'

endOnSignals()
endWhenUnread()
await runIrsa(process.argv.slice(2))
