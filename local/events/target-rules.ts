/** Rules by what they send to. */
import type { ListRuleNamesByTargetRequest, ListRuleNamesByTargetResponse } from '@aws-sdk/client-eventbridge'
import { type Operation, operation } from '../service.ts'
import { type Buses, findBus, invalid, type Rule, ruleAsk } from './bus.ts'
import { page } from './pages.ts'

export function targetRuleOperations(buses: Buses): Record<string, Operation<never, unknown>> {
  return {
    ListRuleNamesByTarget: operation<ListRuleNamesByTargetRequest, ListRuleNamesByTargetResponse>({
      asks: ({ EventBusName }, call) => [
        ruleAsk(buses, 'ListRuleNamesByTarget', { bus: EventBusName, rule: '*' }, call),
      ],
      run: (input, call) => {
        const target = checkTargetArn(input.TargetArn)
        const rules = [...findBus(buses, input.EventBusName, call).rules.values()]
        const { items, end } = page(
          rules.filter((rule) => sendsTo(rule, target)),
          ({ name }) => name,
          input,
        )
        return { RuleNames: items.map(({ name }) => name), ...end }
      },
    }),
  }
}

function sendsTo({ targets }: Rule, arn: string): boolean {
  return [...targets.values()].some((target) => target.Arn === arn)
}

/** Nothing needs to be there: a rule can outlive what it sends to. */
function checkTargetArn(arn = ''): string {
  if (arn.length < 1 || arn.length > 1600)
    throw invalid(
      `1 validation error detected: Value '${arn}' at 'targetArn' failed to satisfy constraint: Member must have length between 1 and 1600`,
    )
  return arn
}
