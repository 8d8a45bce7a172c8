import { z } from 'zod';
import { isAllowedLicence } from './licences';

/** Packages with an install script, and why it is not needed. */
export const UNNEEDED_INSTALL_SCRIPTS: Readonly<Record<string, string>> = {
  '@parcel/watcher': 'builds from source what its optional packages bring built',
  '@scarf/scarf': 'reports the installation of swagger-ui-dist to its author',
  '@swc/core': 'falls back to WebAssembly where no built package fits; ours are built',
  esbuild: 'replaces its launcher by the built program, a little faster to start',
  msw: 'copies a browser’s worker where a project asks for one',
  protobufjs: 'warns of version ranges',
};

const packageSchema = z.object({
  version: z.string().optional(),
  resolved: z.string().optional(),
  integrity: z.string().optional(),
  license: z.string().optional(),
  dev: z.boolean().optional(),
  optional: z.boolean().optional(),
  link: z.boolean().optional(),
  hasInstallScript: z.boolean().optional(),
});

/** What of npm's lockfile is read here. */
export const lockfileSchema = z.object({
  lockfileVersion: z.literal(3),
  packages: z.record(z.string(), packageSchema),
});
export type Lockfile = z.infer<typeof lockfileSchema>;

/** A package that is installed, by its place in `node_modules`. */
export interface LockedPackage extends z.infer<typeof packageSchema> {
  place: string;
  name: string;
}

/** All packages but our own. */
export function lockedPackages(lockfile: Lockfile): LockedPackage[] {
  return Object.entries(lockfile.packages)
    .filter(([place]) => place !== '')
    .map(([place, locked]) => ({ ...locked, place, name: place.replace(/^.*node_modules\//, '') }));
}

/**
 * What in a lockfile would let something else be installed than what was tried here, or something that we may not use.
 * @param licenceOf the licence of a package that the lockfile names none of
 * @returns a line for each fault; none when all is well
 */
export function lockfileFaults(
  lockfile: Lockfile,
  licenceOf: (locked: LockedPackage) => string | undefined,
): string[] {
  return [
    ...installFaults(lockfile),
    ...lockedPackages(lockfile).flatMap((locked) => licenceFaults(locked, licenceOf(locked))),
  ];
}

/** The same without licences: of what is measured beside ours, and neither changed nor passed on. */
export function installFaults(lockfile: Lockfile): string[] {
  return lockedPackages(lockfile).flatMap((locked) => [...originFaults(locked), ...scriptFaults(locked)]);
}

function originFaults({ place, integrity = '', resolved, link, version }: LockedPackage): string[] {
  const faults: string[] = [];
  if (link) return [`${place}: is a link to a folder, which no hash holds`];
  if (!/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity)) faults.push(`${place}: has no SHA-512 to hold it to`);
  if (version === undefined || !/^\d/.test(version)) faults.push(`${place}: has no version`);
  if (resolved !== undefined && !/^https:\/\/[^/]+\/.*\.tgz$/.test(resolved)) {
    faults.push(`${place}: comes from ${resolved}, which is no registry behind HTTPS`);
  }
  return faults;
}

function scriptFaults({ place, name, hasInstallScript }: LockedPackage): string[] {
  if (!hasInstallScript || Object.hasOwn(UNNEEDED_INSTALL_SCRIPTS, name)) return [];
  return [
    `${place}: runs a script when it is installed; see UNNEEDED_INSTALL_SCRIPTS in dev/supply-chain/lockfile.ts`,
  ];
}

function licenceFaults({ place }: LockedPackage, licence: string | undefined): string[] {
  if (licence === undefined) return [`${place}: names no licence`];
  return isAllowedLicence(licence) ? [] : [`${place}: is under ${licence}, which is not among those allowed`];
}
