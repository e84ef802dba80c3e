/** The smallest machines: one that waits and calls a function, and one that is over at once. */
import { FUNCTION } from '../fixture.ts'

export const wait = {
  StartAt: 'W',
  States: { W: { Type: 'Wait', Seconds: 60, Next: 'T' }, T: { Type: 'Task', Resource: FUNCTION, End: true } },
}

export const pass = { StartAt: 'P', States: { P: { Type: 'Pass', End: true } } }
