/** What the SDK's clients were sent, and what they throw. */

/** An error as the SDK makes it of a service's refusal. */
export function refusal(name: string, message = 'no', status = 400): Error {
  const error = Object.assign(new Error(message), { $metadata: { httpStatusCode: status, requestId: '5f0' } })
  error.name = name
  return error
}

/** Name and input of every command, in the order in which they were sent, whichever client it was. */
export function sent(...stubs: readonly Stub[]): [string, object][] {
  const calls = stubs.flatMap((stub) => stub.calls())
  const inOrder = calls.toSorted((one, other) => (one.calledBefore(other) ? -1 : 1))
  return inOrder.map(({ args: [command] }) => [
    command.constructor.name.replace(/Command$/, ''),
    command.input,
  ])
}

/** Only the names. */
export function sentNames(...stubs: readonly Stub[]): string[] {
  return sent(...stubs).map(([name]) => name)
}

/** A client's mock, of whatever service. */
interface Stub {
  calls(): readonly Sent[]
}

interface Sent {
  readonly args: readonly [{ readonly input: object }, ...unknown[]]
  calledBefore(other: unknown): boolean
}
