import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Packages the service once: workflow, template and bundle tests run what would be deployed.
    globalSetup: 'test/package.ts',
    setupFiles: 'test/no-faults.ts',
    // By default one core is left idle.
    maxWorkers: '100%',
    testTimeout: 30_000,
    hookTimeout: 60_000,
    restoreMocks: true,
    env: { POWERTOOLS_SERVICE_NAME: 'irsa-test' },
  },
})
