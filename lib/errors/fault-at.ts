/** What is wrong with one field of an input, for an error that has words of its own. */
import type { Faults } from './irsa-error.ts'

/** `pointer`: to where the input names it, if it does. */
export function faultAt(pointer: string | undefined, detail: string): Faults {
  return { faults: pointer === undefined ? [] : [{ pointer, detail }] }
}
