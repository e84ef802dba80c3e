/** `npm start`: the main job on this machine, from the event to credentials. */
import { endOnSignals, endWhenUnread } from './endings.ts'
import { runStart } from './start/program.ts'

endOnSignals()
endWhenUnread()
process.exitCode = await runStart(process.argv.slice(2))
