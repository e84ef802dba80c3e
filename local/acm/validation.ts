/** From PENDING_VALIDATION to ISSUED, FAILED or VALIDATION_TIMED_OUT, by what the public DNS answers. */
import { randomBytes } from 'node:crypto'
import type { Clock } from '../clock.ts'
import type { PublicDns } from '../route53/dns.ts'
import { amazonMayIssue } from './caa.ts'
import type { Certificate, Certificates, Validity } from './certificate.ts'
import { validationRecord } from './validation-record.ts'

/** ACM looks about once a minute at first. */
const LOOK_EVERY_MILLISECONDS = 60_000
/** https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html */
const TIMES_OUT_AFTER_MILLISECONDS = 72 * 3_600_000
/** https://docs.aws.amazon.com/acm/latest/userguide/acm-certificate-characteristics.html */
const VALID_FOR_MILLISECONDS = 198 * 86_400_000

/** Looks at the DNS until the certificate is issued, has failed, timed out or is gone; `issued` then runs once. */
export function awaitValidation(
  clock: Clock,
  dns: PublicDns,
  certificates: Certificates,
  certificate: Certificate,
  issued: () => void,
): void {
  const isPending = () =>
    certificates.get(certificate.arn) === certificate && certificate.status === 'PENDING_VALIDATION'
  // By the calendar: a person who adds the record by hand has three days at any speed.
  const timeout = clock.after(
    TIMES_OUT_AFTER_MILLISECONDS,
    () => {
      if (isPending()) certificate.status = 'VALIDATION_TIMED_OUT'
    },
    { scaled: false },
  )
  const look = () => {
    if (isPending() && !judge(dns, certificate, clock.now())) clock.after(LOOK_EVERY_MILLISECONDS, look)
    else timeout.cancel()
    if (certificate.status === 'ISSUED') issued()
  }
  clock.after(LOOK_EVERY_MILLISECONDS, look)
}

/** Settles the certificate by the public DNS; false while a validation record is missing. */
function judge(dns: PublicDns, certificate: Certificate, now: Date): boolean {
  if (!certificate.names.every((name) => isProven(dns, certificate.account, name))) return false
  if (certificate.names.every((name) => amazonMayIssue(dns, name))) {
    certificate.status = 'ISSUED'
    certificate.validity = validFrom(now)
  } else {
    certificate.status = 'FAILED'
    certificate.failureReason = 'CAA_ERROR'
  }
  return true
}

/** Whether the validation CNAME of the name is in the public DNS. */
export function isProven(dns: PublicDns, account: string, name: string): boolean {
  const record = validationRecord(account, name)
  return dns.lookup(record.Name, 'CNAME').includes(record.Value.replace(/\.$/, ''))
}

/** Certificates begin at the midnight before they are issued. */
export function validFrom(now: Date): Validity {
  const notBefore = new Date(now)
  notBefore.setUTCHours(0, 0, 0, 0)
  return {
    issuedAt: now,
    notBefore,
    notAfter: new Date(notBefore.getTime() + VALID_FOR_MILLISECONDS - 1000),
    serial: [...randomBytes(16)].map((byte) => byte.toString(16).padStart(2, '0')).join(':'),
  }
}
