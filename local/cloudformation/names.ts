/** Names of what a template gives none: `<stack>-<logical id>-<random>`. */
import { randomBytes } from 'node:crypto'

// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-name.html
const RANDOM_CHARACTERS = 12

/** At most `length` characters: the stack's name is cut first, then the logical id. */
export function generateName(stackName: string, logicalId: string, length: number): string {
  const room = length - RANDOM_CHARACTERS - 2
  const logical = logicalId.slice(0, Math.max(room - stackName.length, Math.floor(room / 2)))
  const stack = stackName.slice(0, room - logical.length)
  return `${stack}-${logical}-${randomText(RANDOM_CHARACTERS)}`
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'

export function randomText(length: number): string {
  return [...randomBytes(length)].map((byte) => ALPHABET[byte % ALPHABET.length]).join('')
}
