/** What bundles need beside esbuild's options, and how they are built: for serverless-esbuild (serverless.yml). */
const { readdirSync } = require('node:fs')
const { isBuiltin } = require('node:module')
const { basename, dirname, extname, join, resolve } = require('node:path')

/**
 * Bundles ask Node.js for its own modules with `process.getBuiltinModule`. An `import` of one reads all of its exports, also those that are made
 * when somebody asks for them: that of `node:http` loads undici, for its `WebSocket`, and takes a third of a function's start.
 * https://nodejs.org/api/process.html#processgetbuiltinmoduleid
 */
const builtinModules = {
  name: 'builtin-modules',
  setup(build) {
    const namespace = 'builtin-modules'
    build.onResolve({ filter: /^(node:)?[a-z_]+(\/[a-z_]+)*$/ }, ({ path }) =>
      isBuiltin(path) ? { path, namespace } : undefined,
    )
    build.onLoad({ filter: /.*/, namespace }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule('${path}')`,
    }))
  },
}

/**
 * serverless-esbuild makes a build for each function, which reads anew what they share. Here the first of them makes one of all
 * functions, with the same options, and each takes its own of that: a third of the time.
 */
const inOneBuild = {
  name: 'in-one-build',
  setup(build) {
    const { initialOptions } = build
    const [entry] = initialOptions.entryPoints
    bundles ??= bundleAll(build.esbuild, initialOptions, dirname(entry))
    build.onLoad({ filter: /\.ts$/ }, async ({ path }) => ({
      contents: (await bundles).get(path),
      loader: 'js',
    }))
  },
}

/** By their paths, texts. */
let bundles

async function bundleAll(esbuild, options, directory) {
  const entryPoints = readdirSync(directory).map((file) => join(directory, file))
  const { outputFiles } = await esbuild.build({
    ...options,
    entryPoints,
    plugins: [builtinModules],
    write: false,
  })
  return new Map(
    outputFiles.map(({ path, text }) => [resolve(directory, `${basename(path, extname(path))}.ts`), text]),
  )
}

module.exports = [inOneBuild]
