/** Event buses and what hangs on them, by account and region. The bus `default` is always there. */
import type { DeadLetterConfig, Target } from '@aws-sdk/client-eventbridge'
import { isArn, parseArn, regionalArn } from '../arn.ts'
import type { Timer } from '../clock.ts'
import { AwsError } from '../errors.ts'
import type { PolicyDocument } from '../policy/document.ts'
import type { Ask, Call } from '../service.ts'

export interface Bus {
  readonly name: string
  readonly arn: string
  readonly account: string
  readonly region: string
  readonly createdAt: Date
  description: string | undefined
  deadLetterConfig: DeadLetterConfig | undefined
  policy: PolicyDocument | undefined
  readonly rules: Map<string, Rule>
  readonly tags: Map<string, string>
}

export interface Rule {
  readonly name: string
  readonly arn: string
  readonly bus: Bus
  description: string | undefined
  roleArn: string | undefined
  state: 'ENABLED' | 'DISABLED'
  pattern: { readonly text: string; readonly matches: (event: unknown) => boolean } | undefined
  schedule: string | undefined
  timer: Timer | undefined
  readonly targets: Map<string, Target>
  readonly tags: Map<string, string>
}

/** By ARN. */
export type Buses = Map<string, Bus>

export function createBus(name: string, account: string, region: string, createdAt: Date): Bus {
  const arn = regionalArn('events', region, account, `event-bus/${name}`)
  return {
    name,
    arn,
    account,
    region,
    createdAt,
    description: undefined,
    deadLetterConfig: undefined,
    policy: undefined,
    rules: new Map(),
    tags: new Map(),
  }
}

/** By name or ARN; the default one if absent. Throws AwsError (ResourceNotFoundException). */
export function findBus(buses: Buses, nameOrArn: string | undefined, call: Call): Bus {
  const arn = busArn(nameOrArn, call)
  const found = buses.get(arn)
  if (found !== undefined) return found
  const { region, account, resource } = parseArn(arn)
  if (resource !== 'event-bus/default')
    throw notFound(`Event bus ${resource.replace('event-bus/', '')} does not exist.`)
  const made = createBus('default', account, region, new Date(0))
  buses.set(arn, made)
  return made
}

export function busArn(nameOrArn: string | undefined, { region, principal }: Call): string {
  if (nameOrArn !== undefined && isArn(nameOrArn)) return nameOrArn
  return regionalArn('events', region, principal.account, `event-bus/${nameOrArn ?? 'default'}`)
}

/** Throws AwsError (ResourceNotFoundException). */
export function findRule(bus: Bus, name = ''): Rule {
  const rule = bus.rules.get(name)
  if (rule === undefined) throw notFound(`Rule ${name} does not exist on EventBus ${bus.name}.`)
  return rule
}

/** With the bus's policy, which alone lets other accounts in. */
export function busAsk(
  buses: Buses,
  action: string,
  nameOrArn: string | undefined,
  call: Call,
  context: NonNullable<Ask['context']> = {},
): Ask {
  const resource = busArn(nameOrArn, call)
  return { ...ofBus(buses, resource), action: `events:${action}`, resource, context }
}

/** About a rule that may not exist. */
export function ruleAsk(
  buses: Buses,
  action: string,
  { bus, rule = '' }: { readonly bus: string | undefined; readonly rule: string | undefined },
  call: Call,
  context: NonNullable<Ask['context']> = {},
): Ask {
  const arn = busArn(bus, call)
  const { region, account, resource } = parseArn(arn)
  const path = rulePath(resource.replace('event-bus/', ''))
  return {
    ...ofBus(buses, arn),
    action: `events:${action}`,
    resource: regionalArn('events', region, account, `rule/${path}${rule}`),
    context,
  }
}

function ofBus(buses: Buses, arn: string): Pick<Ask, 'owner' | 'resourcePolicy'> {
  return { owner: parseArn(arn).account, resourcePolicy: buses.get(arn)?.policy }
}

/** Before the name of a rule in its ARN; rules of the default bus have none. */
export function rulePath(bus: string): string {
  return bus === 'default' ? '' : `${bus}/`
}

export function notFound(message: string): AwsError {
  return new AwsError('ResourceNotFoundException', message)
}

export function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message)
}
