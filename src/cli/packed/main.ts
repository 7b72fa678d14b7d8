import {toolWord} from '../../server/sandbox/tool-word.ts';
import {loadPacked} from './load.ts';

/*
 * The entry of the single executable. It has no other programs beside it, so it is the simulated ones too, when the first
 * word says so.
 */

const [word, tool] = process.argv.slice(2);

if (word === toolWord) {
  process.argv.splice(2, 2);
  loadPacked(tool === 'sc' ? 'sandbox-sc.mjs' : 'sandbox-appcmd.mjs');
} else {
  loadPacked('stopgap.mjs');
}
