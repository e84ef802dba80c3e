/**
 * DNS names as Route 53 keeps them: lower case, a trailing dot, everything but `a-z 0-9 - _ .` in octal escapes.
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DomainNameFormat.html
 */

/** Accepts names with or without trailing dot and escapes: `*.Example.com` is `\052.example.com.`. */
export function canonicalName(name: string): string {
  const escaped = name.toLowerCase().replace(/\\(\d{3})|[^a-z0-9_.-]/g, (character, octal?: string) => {
    const code = octal === undefined ? character.charCodeAt(0) : Number.parseInt(octal, 8)
    return `\\${code.toString(8).padStart(3, '0')}`
  })
  return escaped.endsWith('.') ? escaped : `${escaped}.`
}

/** Labels of 1 to 63 characters, at most 255 in all. */
export function isDomainName(canonical: string): boolean {
  const labels = canonical.slice(0, -1).split('.')
  return canonical.length <= 255 && labels.every((label) => label.length > 0 && label.length <= 63)
}

/** `www.example.com.` sorts as `com.example.www.`. */
export function reversedLabels(canonical: string): string {
  return `${canonical.slice(0, -1).split('.').reverse().join('.')}.`
}

export function isInZone(canonical: string, zoneName: string): boolean {
  return canonical === zoneName || canonical.endsWith(`.${zoneName}`)
}
