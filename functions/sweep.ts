import { publisherEnvironment, readEnvironment, runsEnvironment } from '../lib/config.ts'
import { sweepRuns } from '../lib/failed-run.ts'
import { createHandler } from '../lib/handler.ts'
import { now, publisherOf, runsOf } from '../lib/wiring.ts'

const environment = readEnvironment({ ...runsEnvironment, ...publisherEnvironment })
const watching = { ...runsOf(environment), publisher: publisherOf(environment), now }

export const handler = createHandler(() => sweepRuns(watching))
