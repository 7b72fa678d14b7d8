import {rm} from 'node:fs/promises';
import {join} from 'node:path';
import {writeDurably} from '../../kit/durable-file.ts';

/*
 * How another process asks the agent for a check: a file beside the journals, where only administrators write. Windows has
 * no SIGHUP.
 */

const askFile = (stateDir: string): string => join(stateDir, 'agent-check-asked');

export const askForCheck = (stateDir: string): Promise<void> => writeDurably(askFile(stateDir), '');

/** Whether somebody has asked since the last time; asking is forgotten by that. */
export const wasAskedForCheck = async (stateDir: string): Promise<boolean> => {
  try {
    // Who asks may have the file open still, and Windows removes none that somebody has open: the next look does.
    await rm(askFile(stateDir));
    return true;
  } catch {
    return false;
  }
};
