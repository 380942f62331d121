import type { Episode } from './baseline.ts';
import { type ByteReader, readByte, readCount, readFloat32, readHex64, readSigned } from './byte-reader.ts';
import { type ByteWriter, writeByte, writeCount, writeFloat32, writeHex, writeSigned } from './byte-writer.ts';
import { SEVERITIES } from './settings.ts';

export function writeEpisode(w: ByteWriter, episode: Episode): void {
  writeHex(w, episode.alertId);
  writeCount(w, episode.openedAt);
  writeSigned(w, episode.lastEvidenceAt - episode.openedAt);
  writeSigned(w, episode.toldAt - episode.openedAt);
  writeCount(w, episode.revision);
  writeFloat32(w, episode.toldScore);
  writeByte(w, SEVERITIES.indexOf(episode.toldSeverity));
  for (const count of [episode.toldFamilies, episode.withApproval, episode.withoutApproval, episode.subjects])
    writeCount(w, count);
}

/** @throws RangeError when the bytes hold no episode */
export function readEpisode(r: ByteReader): Episode {
  const alertId = readHex64(r);
  const openedAt = readCount(r);
  const lastEvidenceAt = openedAt + readSigned(r);
  const toldAt = openedAt + readSigned(r);
  const revision = readCount(r);
  const toldScore = readFloat32(r);
  const toldSeverity = SEVERITIES[readByte(r)];
  if (!toldSeverity) throw new RangeError('stored state has an unknown severity');
  return {
    alertId,
    openedAt,
    lastEvidenceAt,
    toldAt,
    revision,
    toldScore,
    toldSeverity,
    toldFamilies: readCount(r),
    withApproval: readCount(r),
    withoutApproval: readCount(r),
    subjects: readCount(r),
  };
}
