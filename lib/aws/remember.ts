/** Lists that many looks need, asked for once: their rates are low, and runs need them too. */
import type { ACMClient, ServiceOutputTypes as AcmOutput } from '@aws-sdk/client-acm'
import type { Route53Client, ServiceOutputTypes as Route53Output } from '@aws-sdk/client-route-53'

export interface Remembering {
  readonly acm: ACMClient
  readonly route53: Route53Client
}

/**
 * From now on these clients answer ListCertificates and ListHostedZonesByName of the same input with their first answer, until the
 * returned function is called. https://aws.amazon.com/blogs/developer/middleware-stack-modular-aws-sdk-js/
 */
export function rememberLists({ acm, route53 }: Remembering): () => void {
  const certificates = createMemory<Answer<AcmOutput>>()
  const forgetZones = rememberZones(route53)
  acm.middlewareStack.add(
    (next, { commandName }) =>
      (args) =>
        commandName === 'ListCertificatesCommand'
          ? certificates.ask(args.input, () => next(args))
          : next(args),
    STEP,
  )
  return () => {
    certificates.forget()
    forgetZones()
  }
}

/** The same of ListHostedZonesByName alone: Route 53 answers five calls a second in all, and a step looks for its zone at every turn. */
export function rememberZones(route53: Route53Client): () => void {
  const zones = createMemory<Answer<Route53Output>>()
  route53.middlewareStack.add(
    (next, { commandName }) =>
      (args) =>
        commandName === 'ListHostedZonesByNameCommand' ? zones.ask(args.input, () => next(args)) : next(args),
    STEP,
  )
  return zones.forget
}

const STEP = { step: 'initialize', name: 'rememberLists', override: true } as const

/** As one middleware hands it to the one before. */
interface Answer<Output> {
  readonly response: unknown
  readonly output: Output
}

/** What failed is asked for again. */
function createMemory<Kept>() {
  const answers = new Map<string, Promise<Kept>>()
  return {
    ask(input: object, ask: () => Promise<Kept>): Promise<Kept> {
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
