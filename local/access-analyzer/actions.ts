/** Actions: whether AWS has them, and those that hand a role over. */

import { asWritten } from '../policy/variables.ts'
import { matches } from '../policy/wildcards.ts'
import { type Fault, type Reporting, texts } from './faults.ts'
import type { Path } from './locations.ts'
import { expanded, isService } from './service-authorization.ts'

export async function actionFaults(
  statement: Readonly<Record<string, unknown>>,
  path: Path,
  report: Reporting,
): Promise<void> {
  for (const element of ['Action', 'NotAction'])
    for (const { text, path: place } of texts(element, statement[element], path)) {
      const fault = await actionFault(text)
      if (fault) report(fault, place)
    }
  passRoleFaults(statement, path, report)
}

async function actionFault(action: string): Promise<Fault | undefined> {
  if (action === '*') return undefined
  const [service = '', name] = action.split(':')
  if (name === undefined)
    return fault(
      'MISSING_SERVICE_IN_ACTION',
      'Missing service in action',
      `The action ${action} has no service prefix.`,
    )
  if (/[*?]/.test(service) || !(await isService(service)))
    return fault(
      'INVALID_SERVICE_IN_ACTION',
      'Invalid service in action',
      `The service ${service} specified in the action does not exist.`,
    )
  if ((await expanded(action)).length > 0) return undefined
  return fault('INVALID_ACTION', 'Invalid action', `The action ${action} does not exist.`)
}

function fault(code: string, title: string, details: string): Fault {
  return { type: 'ERROR', code, title, details }
}

/** Unless `iam:PassedToService` says for which service. */
function passRoleFaults(statement: Readonly<Record<string, unknown>>, path: Path, report: Reporting): void {
  const { Effect, Action, Resource, NotResource, Condition } = statement
  if (Effect !== 'Allow' || /"iam:PassedToService"/i.test(JSON.stringify(Condition ?? {}))) return
  const passing = texts('Action', Action, path).find(({ text }) =>
    matches([asWritten(text)], 'iam:PassRole', true),
  )
  if (passing === undefined) return
  const isNamed = passing.text.toLowerCase() === 'iam:passrole'
  const wild = texts('Resource', Resource, path).filter(({ text }) => text.includes('*'))
  const [what, ending] = isNamed
    ? ['Pass role with', '']
    : ['Pass role with star in action and', ' in action and']
  if (wild.length > 0) {
    const title = isNamed ? 'Pass role with star in resource' : 'Pass role with star in action and resource'
    report(
      overlyPermissive(title, `wildcards (*)${ending} in the resource`),
      passing.path,
      ...wild.map((one) => one.path),
    )
  }
  if (NotResource !== undefined)
    report(overlyPermissive(`${what} NotResource`, 'NotResource'), passing.path, [...path, 'NotResource'])
}

function overlyPermissive(title: string, what: string): Fault {
  return {
    type: 'SECURITY_WARNING',
    code: title.toUpperCase().replaceAll(' ', '_').replace('NOTRESOURCE', 'NOT_RESOURCE'),
    title,
    details: `Using the iam:PassRole action with ${what} can be overly permissive because it allows iam:PassRole permissions on multiple resources. We recommend that you specify resource ARNs or add the iam:PassedToService condition key to your statement.`,
  }
}
