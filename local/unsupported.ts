import { NotInLocalMode } from './errors.ts'

/** Throws `NotInLocalMode` for members that AWS would act on and local mode would not: refused, never ignored. */
export function refuseMembers<Input extends object>(
  what: string,
  input: Input,
  members: readonly (keyof Input & string)[],
): void {
  for (const member of members)
    if (input[member] !== undefined) throw new NotInLocalMode(`${what} with ${member}`)
}
