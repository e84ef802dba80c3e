import { AwsError } from '../errors.ts'

/**
 * Names of machines and executions: 1 to 80 characters, no white space, brackets, wildcards, control characters or
 * `" # % \ ^ | ~ $ & , ; : /` and the back-tick.
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
 */
const NAME = /^[^\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}\u{fffe}\u{ffff}]{1,80}$/u

/** Throws AwsError (InvalidName). */
export function checkName(name: string): void {
  if (!NAME.test(name)) throw new AwsError('InvalidName', `Invalid Name: '${name}'`)
}
