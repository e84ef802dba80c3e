import { readEnvironment, runsEnvironment } from '../lib/config.ts'
import { createTaskHandler } from '../lib/handler.ts'
import { finishRun } from '../lib/runs.ts'
import { runsOf } from '../lib/wiring.ts'

const runs = runsOf(readEnvironment(runsEnvironment))

export const handler = createTaskHandler(({ input: { cluster, run } }) => finishRun(runs, cluster, run))
