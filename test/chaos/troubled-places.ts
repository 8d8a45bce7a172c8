import type { Config } from '../../config';
import { IS_CLUSTER, type PartSettings } from '../support/embedded-stack';
import { BadLine, type LineMode } from './bad-line';
import { faketimeLibrary, SteppedClock } from './stepped-clock';
import { NoDiskOfOurOwn, TroubledDisk } from './troubled-disk';
import type { Place, Trouble, TroubleKind } from './trouble-plan';

/** Holds a part down while something is done that needs it gone. */
export type WhileDown = (part: string, work: () => Promise<void>) => Promise<void>;

/** One place, and what can be done to it. */
interface TroubledPlace extends Place {
  begin(trouble: Trouble): Promise<void>;
  heal(trouble: Trouble, whileDown: WhileDown): Promise<void>;
  /** Gives back what was taken of the machine, when the stack is gone. */
  remove(): Promise<void>;
}

/** The parts that sell, which are several of a kind in a stack with two workers. */
const WORKERS = ['worker', 'worker-2'];
const LINE_KINDS = ['swallow', 'delay', 'reset', 'trickle'] as const;

/** The places of a stack at which the machine can be in trouble, made before its parts start. */
export class TroubledPlaces {
  private readonly known = new Map<string, TroubledPlace>();
  /** What was asked for and cannot be had here, a sentence each. */
  readonly missing: string[] = [];
  private readonly settings: Record<string, Record<string, string>> = {};

  /** @param wanted the kinds of trouble that are to be possible */
  constructor(private readonly wanted: readonly TroubleKind[]) {}

  get places(): readonly Place[] {
    return [...this.known.values()];
  }

  /**
   * Makes the places, as far as this machine permits.
   * @returns with what each part is to be started, so that it lives in them
   */
  async prepare(config: Pick<Config, 'TEMPORAL_PORT' | 'SANDBOX_PORT'>): Promise<PartSettings> {
    if (this.wanted.length === 0) return {};
    if (IS_CLUSTER) {
      this.missing.push('The cluster has no troubled places: only kills and freezes are drawn.');
      return {};
    }
    await this.addDisk();
    // an outside server, as it is wherever there is a network before it: workers then go through their guarded line
    const temporal = (port: number) => ({ TEMPORAL_ADDRESS: `127.0.0.1:${port}` });
    const mobifone = (port: number) => ({ MOBIFONE_BASE_URL: `http://127.0.0.1:${port}` });
    await this.addLine('line api-temporal', config.TEMPORAL_PORT, ['api'], temporal);
    await this.addLine('line worker-temporal', config.TEMPORAL_PORT, WORKERS, temporal);
    await this.addLine('line worker-mobifone', config.SANDBOX_PORT, WORKERS, mobifone);
    await this.addClock('clock of the api', ['api']);
    await this.addClock('clock of a worker', ['worker']);
    return this.settings;
  }

  async begin(name: string, trouble: Trouble): Promise<void> {
    await this.at(name).begin(trouble);
  }

  async heal(name: string, trouble: Trouble, whileDown: WhileDown): Promise<void> {
    await this.at(name).heal(trouble, whileDown);
  }

  async remove(): Promise<void> {
    for (const place of this.known.values()) await place.remove();
  }

  private at(name: string): TroubledPlace {
    const place = this.known.get(name);
    if (!place) throw new Error(`there is no ${name}`);
    return place;
  }

  private kindsOf(possible: readonly TroubleKind[]): TroubleKind[] {
    return possible.filter((kind) => this.wanted.includes(kind));
  }

  private add(place: TroubledPlace, parts: readonly string[], settings: Record<string, string>): void {
    this.known.set(place.name, place);
    for (const part of parts) this.settings[part] = { ...this.settings[part], ...settings };
  }

  /** Of the Temporal server alone: what MobiFone remembers is not on our machine. */
  private async addDisk(): Promise<void> {
    const kinds = this.kindsOf(['full_disk', 'failing_disk']);
    if (kinds.length === 0) return;
    try {
      const disk = await TroubledDisk.make();
      this.add(diskPlace(disk, kinds), ['temporal'], { DATA_DIR: disk.folder });
    } catch (fault) {
      if (!(fault instanceof NoDiskOfOurOwn)) throw fault;
      this.missing.push(`No trouble of the disk: ${fault.message}`);
    }
  }

  private async addLine(
    name: string,
    to: number,
    parts: readonly string[],
    settings: (port: number) => Record<string, string>,
  ): Promise<void> {
    const kinds = this.kindsOf(LINE_KINDS);
    if (kinds.length === 0) return;
    const line = await BadLine.start(to);
    this.add(
      {
        name,
        kinds,
        begin: async (trouble) => line.be(modeOf(trouble)),
        heal: async () => line.heal(),
        remove: () => line.stop(),
      },
      parts,
      settings(line.port),
    );
  }

  private async addClock(name: string, parts: readonly string[]): Promise<void> {
    const kinds = this.kindsOf(['clock_step']);
    if (kinds.length === 0) return;
    const library = faketimeLibrary();
    if (library === undefined) {
      this.missing.push(`No step of the ${name}: Debian's package libfaketime is not installed.`);
      return;
    }
    const clock = await SteppedClock.make(library);
    const begin = (trouble: Trouble) => clock.step(trouble.kind === 'clock_step' ? trouble.bySeconds : 0);
    this.add(
      { name, kinds, begin, heal: () => clock.step(0), remove: () => clock.remove() },
      parts,
      clock.environment,
    );
  }
}

function diskPlace(disk: TroubledDisk, kinds: readonly TroubleKind[]): TroubledPlace {
  return {
    name: 'disk of temporal',
    kinds,
    begin: ({ kind }) => (kind === 'full_disk' ? disk.fill() : disk.fail()),
    heal: ({ kind }, whileDown) =>
      kind === 'full_disk' ? disk.empty() : whileDown('temporal', () => disk.repair()),
    remove: () => disk.remove(),
  };
}

function modeOf(trouble: Trouble): LineMode {
  switch (trouble.kind) {
    case 'swallow':
    case 'reset':
      return { kind: trouble.kind };
    case 'delay':
      return { kind: 'delay', delayMs: trouble.delayMs };
    case 'trickle':
      return { kind: 'trickle', bytesPerSecond: trouble.bytesPerSecond };
    case 'full_disk':
    case 'failing_disk':
    case 'clock_step':
      return { kind: 'pass' }; // is never drawn for a line
  }
}
