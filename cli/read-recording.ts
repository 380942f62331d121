import { statSync } from 'node:fs';
import { TruncatedFile } from './read-bytes.ts';
import { type FileRecord, readSourceFile } from './read-source-file.ts';

/**
 * Reads the records of several files, one file after the other, each as far as it goes.
 *
 * @param onShare told how much of all was read so far, from 0 to 1
 * @returns which files are cut off, and where
 * @throws CommandFailure naming a file that can't be read
 */
export async function readRecording(
  files: readonly string[],
  take: (record: FileRecord) => void,
  onShare: (share: number) => void,
): Promise<readonly TruncatedFile[]> {
  const size = files.reduce((sum, file) => sum + statSync(file).size, 0);
  const truncated: TruncatedFile[] = [];
  let bytesBefore = 0;
  for (const file of files) {
    let bytes = 0;
    try {
      for await (const records of readSourceFile(file, (read) => (bytes = read))) {
        for (const record of records) take(record);
        onShare((bytesBefore + bytes) / size);
      }
    } catch (error) {
      if (!(error instanceof TruncatedFile)) throw error;
      truncated.push(error);
    }
    bytesBefore += bytes;
  }
  return truncated;
}
