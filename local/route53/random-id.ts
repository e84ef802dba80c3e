import { randomBytes } from 'node:crypto'

/** `prefix` and 20 capital letters and digits, as Route 53 names zones (`Z`) and changes (`C`). */
export function randomId(prefix: 'C' | 'Z'): string {
  return prefix + [...randomBytes(20)].map((byte) => (byte % 36).toString(36).toUpperCase()).join('')
}
