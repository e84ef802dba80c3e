const { entriesIn } = require('./hosted-zones.cjs')

/** The parameter `sharedHost`, if the functions can make it: a host of ours, in a hosted zone that they may write to. */
module.exports = async ({ resolveVariable }) => {
  const host = await resolveVariable('param:sharedHost')
  if (host === '') return host
  // No longer than the name of an ACM certificate; records and certificates of ours begin with `irsa.`.
  if (host.length > 64 || !/^irsa(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?){2,}$/.test(host))
    throw new Error(`sharedHost: ${host} must be irsa.<domain>, in lower case, with at most 64 characters.`)
  const zones = await entriesIn({ resolveVariable })
  const names = zones.flatMap(({ name }) => name ?? [])
  // Which of them the stack's own account may use is known to the functions only: there it has a number.
  if (names.length > 0 && names.length === zones.length && !names.some((name) => host.endsWith(`.${name}`)))
    throw new Error(`sharedHost: ${host} is in none of the hosted zones: ${names.join(', ')}.`)
  return host
}
