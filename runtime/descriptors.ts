import { readdir, readFile } from 'node:fs/promises';
import type { Logger } from 'pino';
import { codeOf } from './file-fault';

/** File descriptors of this process. */
export interface Descriptors {
  /** How many it may have open. */
  limit: number;
  open: number;
}

/** Source of these numbers; only Linux has one. */
export interface DescriptorSource {
  /** @returns undefined where there is no limit, or the system does not report it */
  limit(): Promise<number | undefined>;
  /** @throws NodeJS.ErrnoException, EMFILE at the limit itself */
  open(): Promise<number>;
}

const LINUX: DescriptorSource = {
  async limit() {
    const text = await readFile('/proc/self/limits', 'utf8').catch(() => '');
    const soft = /^Max open files\s+(\d+)\s/m.exec(text)?.[1];
    return soft === undefined ? undefined : Number(soft);
  },
  open: async () => (await readdir('/proc/self/fd')).length - 1, // without the one used for this count
};

/** Shares of the limit for a warning, for an alarm, and for the return to normal. */
const WARN_AT = 0.75;
const ALARM_AT = 0.95;
const NORMAL_BELOW = 0.65;
const COUNT_EVERY_MS = 10_000;

const ADVICE =
  'at the limit new connections fail; raise the limit (`ulimit -n`, LimitNOFILE of systemd, nofile of the container)';

/** The limit, read once; undefined where there is none. */
export function descriptorLimit(source: DescriptorSource = LINUX): Promise<number | undefined> {
  return source.limit();
}

/**
 * Counts the descriptors from now on, and warns well before the limit is reached.
 * @param onCount gets each count
 * @returns stops the counting
 */
export async function watchDescriptors(
  logger: Pick<Logger, 'info' | 'warn' | 'error'>,
  onCount: (descriptors: Descriptors) => void,
  source: DescriptorSource = LINUX,
): Promise<() => void> {
  const limit = await source.limit();
  if (limit === undefined) {
    logger.info('no limit of file descriptors is set, or the system does not report it');
    return () => undefined;
  }
  logger.info({ limit }, 'limit of file descriptors');
  let last: 'well' | 'warned' | 'alarmed' = 'well';
  const look = async (): Promise<void> => {
    const open = await countedOr(limit, source);
    if (open === undefined) return;
    onCount({ limit, open });
    const share = open / limit;
    if (share >= ALARM_AT && last !== 'alarmed') {
      logger.error({ open, limit }, `file descriptors are nearly used up: ${ADVICE}`);
      last = 'alarmed';
    } else if (share >= WARN_AT && last === 'well') {
      logger.warn({ open, limit }, `many file descriptors are in use: ${ADVICE}`);
      last = 'warned';
    } else if (share < NORMAL_BELOW && last !== 'well') {
      logger.info({ open, limit }, 'file descriptors are free again');
      last = 'well';
    }
  };
  await look();
  const timer = setInterval(() => void look(), COUNT_EVERY_MS).unref();
  return () => clearInterval(timer);
}

/** EMFILE while counting means that none are left. */
async function countedOr(limit: number, source: DescriptorSource): Promise<number | undefined> {
  try {
    return await source.open();
  } catch (fault) {
    return codeOf(fault) === 'EMFILE' ? limit : undefined;
  }
}
