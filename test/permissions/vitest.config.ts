import { defineConfig } from 'vitest/config'
import { everyTest } from '../../vitest.config.ts'

/** `npm run audit:permissions`: too long for the suite. */
export default defineConfig({
  root: new URL('../..', import.meta.url).pathname,
  test: {
    ...everyTest,
    globalSetup: 'test/package.ts',
    include: ['test/permissions/*.audit.ts'],
    testTimeout: 1_500_000,
  },
})
