import { Archive } from '../../archive/archive';
import {
  ArchiveBackedHistory,
  ArchiveBackedSide,
  ArchiveHistoryReader,
  ArchiveSide,
  NO_HISTORY,
} from '../../reconciliation/archive-side';
import { TemporalHistoryReader } from '../../reconciliation/history-reader';
import type { HistoryReader, InternalSide } from '../../reconciliation/internal-purchase';
import { VisibilitySide } from '../../reconciliation/visibility-side';
import { loadOperatorConfig, type Config } from '../../config';
import type { LocalDay } from '../../domain/local-time';
import { callerPath } from '../terminal/caller-path';
import { withTemporal, type Temporal } from '../terminal/temporal';

export const ARCHIVE_USES = ['instead', 'behind'] as const;

/** Where a run reads our purchases. */
export interface SideOptions {
  archive?: string;
  archiveUse: (typeof ARCHIVE_USES)[number];
}

export interface Side {
  internal: InternalSide;
  history: HistoryReader;
  /** How many purchases the day has. */
  count: (day: LocalDay) => Promise<number | undefined>;
  config: Config;
  /** Absent where the archive is used instead of Temporal. */
  temporal?: Temporal;
}

/** Reads our purchases from Temporal, from an archive (without a connection), or from Temporal with the archive behind it. */
export async function withInternalSide(
  { archive: given, archiveUse }: SideOptions,
  work: (side: Side) => Promise<void>,
): Promise<void> {
  const folder = given === undefined ? undefined : callerPath(given);
  if (folder !== undefined && archiveUse === 'instead') {
    const config = loadOperatorConfig();
    const archive = new Archive(folder, config.RECONCILIATION_SIGNING_KEY);
    return work({
      internal: new ArchiveSide(archive),
      history: new ArchiveHistoryReader(archive),
      count: async (day) => (await archive.manifest(day))?.counts.purchases,
      config,
    });
  }
  return withTemporal(async (temporal) => {
    const { client, config, webUiUrl } = temporal;
    const internal = new VisibilitySide(client);
    const history = new TemporalHistoryReader(client, webUiUrl);
    const count = (day: LocalDay) => internal.count(day);
    if (folder === undefined) {
      return work({
        internal,
        history: new ArchiveBackedHistory(history, NO_HISTORY),
        count,
        config,
        temporal,
      });
    }
    const archive = new Archive(folder, config.RECONCILIATION_SIGNING_KEY);
    return work({
      internal: new ArchiveBackedSide(internal, new ArchiveSide(archive, false)),
      history: new ArchiveBackedHistory(history, new ArchiveHistoryReader(archive)),
      count,
      config,
      temporal,
    });
  });
}
