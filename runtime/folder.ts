import { constants } from 'node:fs';
import { access, mkdir, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { reasonOf } from './file-fault';
import { closeToOthers, OWNER_ONLY } from './owner-only';

/**
 * Makes a folder and its missing parents, for their owner only. Node's `mkdir` with `recursive` never returns where a file system refuses new
 * folders with ENOENT, as `/proc` does.
 * @throws NodeJS.ErrnoException
 */
export async function makeFolder(folder: string): Promise<void> {
  if (await isFolder(folder)) return;
  const parent = path.dirname(path.resolve(folder));
  if (parent !== path.resolve(folder)) await makeFolder(parent);
  try {
    await mkdir(folder, OWNER_ONLY.folder);
  } catch (fault) {
    if (!(await isFolder(folder))) throw fault; // else another process made it
  }
}

const PROGRAM = path.resolve(__dirname, '..');

/**
 * Makes the folder that DATA_DIR names, checks that it can be written to, and closes what is in it to other users.
 * @throws Error that names the setting and the reason
 */
export async function makeDataFolder(folder: string): Promise<void> {
  const holds = [path.dirname(os.homedir()), PROGRAM].find((one) => isWithin(folder, one));
  if (holds !== undefined)
    throw new Error(
      `DATA_DIR=${folder} cannot be used: all in it is closed to other users, and ${holds} is there. Set DATA_DIR to a folder of its own.`,
    );
  try {
    await makeFolder(folder);
    await access(folder, constants.W_OK);
    await closeToOthers(folder);
  } catch (fault) {
    throw new Error(
      `DATA_DIR=${folder} cannot be used: ${reasonOf(fault)}. Set DATA_DIR to a folder that you can write to.`,
      { cause: fault },
    );
  }
}

async function isFolder(folder: string): Promise<boolean> {
  const found = await stat(folder).catch(() => undefined); // nothing there
  return found?.isDirectory() ?? false;
}

function isWithin(folder: string, place: string): boolean {
  const between = path.relative(path.resolve(folder), path.resolve(place));
  return !between.startsWith('..') && !path.isAbsolute(between);
}
