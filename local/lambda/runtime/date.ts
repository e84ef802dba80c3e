/** Moves this thread's date: a function sees the time that the embedded AWS has, not the host's. */

export interface MovableDate {
  /** Milliseconds ahead of the real date. */
  readonly move: (milliseconds: number) => void
}

/** Changes `Date` itself, so it must run before the function's modules are loaded. */
export function moveDate(): MovableDate {
  const RealDate = Date
  const realNow = Date.now
  let offset = 0
  const now = () => realNow() + offset
  RealDate.now = now
  const Moved = new Proxy(RealDate, {
    construct: (target, given, newTarget) =>
      Reflect.construct(target, given.length === 0 ? [now()] : given, newTarget),
    apply: (target) => new target(now()).toString(),
  })
  // So that `date.constructor === Date` still holds.
  RealDate.prototype.constructor = Moved
  globalThis.Date = Moved
  return {
    move(milliseconds) {
      offset = milliseconds
    },
  }
}
