import { packageStack } from '../cli/package-stack.ts'

export async function setup(): Promise<void> {
  await packageStack()
}
