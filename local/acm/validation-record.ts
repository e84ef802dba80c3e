import { createHash } from 'node:crypto'

interface ValidationRecord {
  readonly Name: string
  readonly Type: 'CNAME'
  readonly Value: string
}

/**
 * The CNAME that proves a domain: a function of domain and account, so that every certificate for the name asks for
 * the same record, in any region. A wildcard shares the record of the name below it.
 * https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html
 */
export function validationRecord(account: string, domainName: string): ValidationRecord {
  const domain = domainName.replace(/^\*\./, '')
  const proof = sha256(`${account} ${domain}`)
  const letters = sha256(account).replace(/\d/g, '').slice(0, 10)
  return {
    Name: `_${proof.slice(0, 32)}.${domain}.`,
    Type: 'CNAME',
    Value: `_${proof.slice(32)}.${letters}.acm-validations.aws.`,
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
