import * as z from 'zod'

/** Why somebody does what cannot be taken back: others read it in the audit and in events. */
export const reason = z
  .string()
  .regex(/^(?=.*\S)[ -~]{1,256}$/, 'must have 1 to 256 printable ASCII characters')
