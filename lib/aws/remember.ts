/** What one task has asked AWS it does not ask again, until it changes something: rates are low, and every answer is waited for. */
import type { ACMClient, __Client as Client } from '@aws-sdk/client-acm'
import type {
  ListHostedZonesByNameCommandOutput,
  Route53Client,
  ServiceOutputTypes as Route53Output,
} from '@aws-sdk/client-route-53'
import { isNotFound } from './errors.ts'
import type { Route53Of } from './zone-sessions.ts'

/**
 * From now on each client that is handed to `of` answers a read of the same input with its first answer, until one of them sends anything
 * else, or `forget` is called. So a look before a change is one for whoever looks and whoever changes, and a look after it is a new one, whichever
 * client has made the change. https://aws.amazon.com/blogs/developer/middleware-stack-modular-aws-sdk-js/
 */
export function rememberReads() {
  let changes = 0
  const forget = () => {
    changes += 1
  }
  return {
    of<Input extends object, Output extends Bearer, Of>(client: Of & Stacked<Input, Output>): Of {
      const memory = createMemory<Answer<Output>>()
      let changesBefore = changes
      client.middlewareStack.add(
        (next, { commandName = '' }) =>
          async (args) => {
            if (changes !== changesBefore) memory.forget()
            changesBefore = changes
            if (READS.test(commandName)) return memory.ask({ commandName, ...args.input }, () => next(args))
            forget()
            // What was read meanwhile may be of before.
            return next(args).finally(forget)
          },
        { ...STEP, name: 'rememberReads' },
      )
      return client
    },
    forget,
  }
}

type Stacked<Input extends object, Output extends Bearer> = Pick<
  Client<object, Input, Output, ACMClient['config']>,
  'middlewareStack'
>

/** As every answer is. */
type Bearer = Pick<ListHostedZonesByNameCommandOutput, '$metadata'>

/** No object: its body is a stream, which can be read once. */
const READS = /^(Describe|Head|List|Get(?!ObjectCommand))/

/**
 * The same of ListHostedZonesByName alone, by clients of every account, whatever they change: no record makes another zone. Route 53
 * answers five calls a second in all, and a step looks for its zone at every turn.
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
        { ...STEP, name: 'rememberZones' },
      )
      return client
    },
    forget: memory.forget,
  }
}

const STEP = { step: 'initialize', override: true } as const

/** As one middleware hands it to the one before. */
interface Answer<Output> {
  readonly response: unknown
  readonly output: Output
}

interface Memory<Kept> {
  readonly ask: (input: object, ask: () => Promise<Kept>) => Promise<Kept>
  readonly forget: () => void
}

/** What failed is asked for again, but not what is not there. */
function createMemory<Kept>(): Memory<Kept> {
  const answers = new Map<string, Promise<Kept>>()
  return {
    ask(input, ask) {
      const key = JSON.stringify(input)
      const known = answers.get(key)
      if (known !== undefined) return known
      const answer = ask()
      answers.set(key, answer)
      answer.catch((error: unknown) => isNotFound(error) || answers.delete(key))
      return answer
    },
    forget: () => answers.clear(),
  }
}
