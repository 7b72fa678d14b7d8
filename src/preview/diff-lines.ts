import {redact} from '../kit/redact.ts';

export interface DiffLine {
  readonly kind: 'file' | 'hunk' | 'add' | 'cut' | 'same';
  readonly text: string;
}

/**
 * A unified diff by lines. What a line is depends on where it stands: `--->` inside of a hunk is a removed end of a
 * comment, not the name of a file. Redacted as a whole, because a secret may run over several lines.
 */
export const diffLines = (diff: string): readonly DiffLine[] => {
  let inHunk = false;
  return redact(diff)
    .trimEnd()
    .split(/\r?\n/)
    .map((text) => {
      inHunk ||= text.startsWith('@@');
      return {kind: inHunk ? kindInHunk(text) : 'file', text};
    });
};

const kindInHunk = (text: string): DiffLine['kind'] => {
  if (text.startsWith('+')) return 'add';
  if (text.startsWith('-')) return 'cut';
  return text.startsWith('@@') ? 'hunk' : 'same';
};
