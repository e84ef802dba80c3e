import { defineConfig } from 'vitest/config'
import shared from '../../vitest.config.ts'

/** `npm run audit:permissions`: too long for the suite. */
export default defineConfig({
  root: new URL('../..', import.meta.url).pathname,
  test: { ...shared.test, include: ['test/permissions/*.audit.ts'], testTimeout: 600_000 },
})
