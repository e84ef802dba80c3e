/** A machine of one state; by its result definitions are told apart. */
import { ROLE } from '../fixture.ts'

export const ARN = 'arn:aws:states:eu-central-1:000000000000:stateMachine:machine'

export function passing(result: string) {
  return { StartAt: 'P', States: { P: { Type: 'Pass', Result: result, End: true } } }
}

export function creation(more: object = {}) {
  return { name: 'machine', roleArn: ROLE, definition: JSON.stringify(passing('a')), ...more }
}
