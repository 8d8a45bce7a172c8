/** Packages that would run a script of their own when they are installed, and why nothing is missed without it. */
export const UNNEEDED_INSTALL_SCRIPTS: Readonly<Record<string, string>> = {
  '@parcel/watcher': 'builds from source what its optional packages bring built',
  '@scarf/scarf': 'tells its maker that swagger-ui-dist was installed',
  '@swc/core': 'falls back to WebAssembly where no built package fits; ours are built',
  esbuild: 'replaces its launcher by the built program, a little faster to start',
  msw: 'copies a browser’s worker where a project asks for one',
  protobufjs: 'warns of version ranges',
};
