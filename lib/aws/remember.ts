/** Lists that many looks need, asked for once: their rates are low, and runs need them too. */
import type { ACMClient, ServiceOutputTypes as AcmOutput } from '@aws-sdk/client-acm'
import type { Route53Client, ServiceOutputTypes as Route53Output } from '@aws-sdk/client-route-53'
import type { Route53Of } from './zone-sessions.ts'

/**
 * From now on the client answers ListCertificates of the same input with its first answer, until the returned function is called.
 * https://aws.amazon.com/blogs/developer/middleware-stack-modular-aws-sdk-js/
 */
export function rememberCertificates(acm: ACMClient): () => void {
  const certificates = createMemory<Answer<AcmOutput>>()
  acm.middlewareStack.add(
    (next, { commandName }) =>
      (args) =>
        commandName === 'ListCertificatesCommand'
          ? certificates.ask(args.input, () => next(args))
          : next(args),
    STEP,
  )
  return certificates.forget
}

/**
 * The same of ListHostedZonesByName, by clients of every account: Route 53 answers five calls a second in all, and a step looks for its
 * zone at every turn.
 */
export function rememberZones(route53Of: Route53Of): {
  readonly route53Of: Route53Of
  readonly forget: () => void
} {
  const memory = createMemory<Answer<Route53Output>>()
  const remembering = new WeakSet<Route53Client>()
  return {
    route53Of(zone) {
      const client = route53Of(zone)
      if (remembering.has(client)) return client
      remembering.add(client)
      client.middlewareStack.add(
        (next, { commandName }) =>
          (args) =>
            commandName === 'ListHostedZonesByNameCommand'
              ? memory.ask({ ...args.input, zone }, () => next(args))
              : next(args),
        STEP,
      )
      return client
    },
    forget: memory.forget,
  }
}

const STEP = { step: 'initialize', name: 'rememberLists', override: true } as const

/** As one middleware hands it to the one before. */
interface Answer<Output> {
  readonly response: unknown
  readonly output: Output
}

interface Memory<Kept> {
  readonly ask: (input: object, ask: () => Promise<Kept>) => Promise<Kept>
  readonly forget: () => void
}

/** What failed is asked for again. */
function createMemory<Kept>(): Memory<Kept> {
  const answers = new Map<string, Promise<Kept>>()
  return {
    ask(input, ask) {
      const key = JSON.stringify(input)
      const known = answers.get(key)
      if (known !== undefined) return known
      const answer = ask()
      answers.set(key, answer)
      answer.catch(() => answers.delete(key))
      return answer
    },
    forget: () => answers.clear(),
  }
}
