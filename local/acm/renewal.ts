/**
 * Managed renewal: a DNS-validated certificate is renewed from 45 days before it ends, but only while something
 * uses it and its validation records are still there.
 * https://docs.aws.amazon.com/acm/latest/userguide/dns-renewal-validation.html
 */
import type { Clock } from '../clock.ts'
import type { PublicDns } from '../route53/dns.ts'
import { amazonMayIssue } from './caa.ts'
import type { Certificate, Certificates } from './certificate.ts'
import { isProven, validFrom } from './validation.ts'

const DAY_MILLISECONDS = 86_400_000
const RENEWS_BEFORE_END_MILLISECONDS = 45 * DAY_MILLISECONDS

/** Looks every day, by the calendar, until the certificate is gone or has expired. */
export function keepRenewed(
  clock: Clock,
  dns: PublicDns,
  certificates: Certificates,
  certificate: Certificate,
  isInUse: () => boolean,
): void {
  const look = () => {
    const { validity } = certificate
    if (certificates.get(certificate.arn) !== certificate || !validity) return
    const now = clock.now()
    if (now >= validity.notAfter) {
      certificate.status = 'EXPIRED'
      return
    }
    const left = validity.notAfter.getTime() - now.getTime()
    if (left <= RENEWS_BEFORE_END_MILLISECONDS && isInUse()) renew(dns, certificate, now)
    clock.after(DAY_MILLISECONDS, look, { scaled: false })
  }
  clock.after(DAY_MILLISECONDS, look, { scaled: false })
}

function renew(dns: PublicDns, certificate: Certificate, now: Date): void {
  if (!certificate.names.every((name) => isProven(dns, certificate.account, name))) {
    certificate.renewal = { status: 'PENDING_VALIDATION', reason: undefined, updatedAt: now }
  } else if (!certificate.names.every((name) => amazonMayIssue(dns, name))) {
    certificate.renewal = { status: 'FAILED', reason: 'CAA_ERROR', updatedAt: now }
  } else {
    certificate.validity = validFrom(now)
    certificate.renewal = { status: 'SUCCESS', reason: undefined, updatedAt: now }
  }
}
