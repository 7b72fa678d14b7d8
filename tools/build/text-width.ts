import {stripVTControlCharacters} from 'node:util';

/*
 * Stands in for the package string-width, which yargs lays out help with. That one makes an Intl.Segmenter and a set of all
 * emoji when it is loaded, which is a third of the start of every command. The help is our own and in ASCII; a test compares it with
 * what the package makes of it.
 */

const textWidth = (text: string): number => stripVTControlCharacters(text).length;

// biome-ignore lint/style/noDefaultExport: the package that it stands in for has one
export default textWidth;
