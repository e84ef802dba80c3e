/**
 * What the parameter `hostedZones` gives to the functions that read and write records: `<zone>`, `<zone> in <account ID>`, each followed
 * by `for <account ID> …` if only these accounts may use it; a zone is `<zone ID>=<zone name>`, or `*` for every public zone.
 */
module.exports = {
  entriesIn,
  /** The zones of the stack's account that records may be changed in. */
  own: async (variables) => {
    const entries = await entriesIn(variables)
    const own = entries.filter(({ accountId }) => accountId === undefined)
    if (entries.length === 0 || own.some(({ id }) => id === undefined)) return [arnOf('*')]
    // A statement needs a resource: no zone has this ID.
    return own.length === 0 ? [arnOf('none')] : own.map(({ id }) => arnOf(id))
  },
  /** The roles to assume for zones of other accounts, which serverless/zone-account.yml makes; one that nobody has, if there are none. */
  roles: async (variables) => {
    const { resolveVariable } = variables
    const accounts = (await entriesIn(variables)).flatMap(({ accountId }) => accountId ?? [])
    if (accounts.length === 0) return [roleArnOf('000000000000', 'none')]
    if ((await resolveVariable('param:externalId')) === '')
      throw new Error('hostedZones: a zone in another account needs the parameter externalId.')
    const name = `irsa-${await resolveVariable('sls:stage')}-zones`
    return [...new Set(accounts)].map((accountId) => roleArnOf(accountId, name))
  },
}

/** As lib/config.ts reads them: test/template/hosted-zones.test.ts holds the two together. */
async function entriesIn({ resolveVariable }) {
  const entries = (await resolveVariable('param:hostedZones'))
    .split(',')
    .map((entry) => entry.trim().replaceAll(/\s+/g, ' '))
    .filter((entry) => entry !== '')
    .map(parse)
  const ids = entries.flatMap(({ id }) => id ?? [])
  const twice = ids.find((id, index) => ids.indexOf(id) < index)
  if (twice !== undefined) throw new Error(`hostedZones: ${twice} is there twice.`)
  return entries
}

const ENTRY =
  /^(?:\*|(Z[A-Z0-9]{1,31})=([a-z0-9.-]*[a-z0-9]))(?: in (\d{12}))?(?: for (\d{12}(?: \d{12})*))?$/

function parse(entry) {
  const found = ENTRY.exec(entry)
  if (found === null)
    throw new Error(
      `hostedZones: ${entry} must be <zone ID>=<zone name> or *, then perhaps "in <account ID>", then perhaps "for <account ID> …".`,
    )
  const [, id, name, accountId, accounts] = found
  return { id, name, accountId, usedBy: accounts?.split(' ') }
}

function arnOf(id) {
  return { 'Fn::Sub': `arn:\${AWS::Partition}:route53:::hostedzone/${id}` }
}

function roleArnOf(accountId, name) {
  return { 'Fn::Sub': `arn:\${AWS::Partition}:iam::${accountId}:role/${name}` }
}
