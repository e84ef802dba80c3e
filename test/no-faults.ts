/** A fault of local mode's own ends no process, but a test run: nobody reads what is only a warning. */
function refuseFaults(warning: Error): void {
  if (warning.name === 'LocalModeFault') throw warning
}

// Files that share a process come by here one after the other.
if (!process.listeners('warning').some(({ name }) => name === refuseFaults.name))
  process.on('warning', refuseFaults)
