import {readFileSync} from 'node:fs';
import type {Player} from './stand-in-server.ts';
import type {Wine} from './wine.ts';

/** The task scheduler as far as schtasks.exe shows it. It starts nothing: a test does that. */
export class ScheduledTasks {
  /** The XML of each task, by its name. */
  readonly tasks = new Map<string, string>();
  readonly #wine: Wine;

  constructor(wine: Wine) {
    this.#wine = wine;
  }

  readonly player: Player = async ({argv}) => {
    const [verb, ...words] = argv;
    const name = words[words.indexOf('/tn') + 1] ?? '';
    const xml = words[words.indexOf('/xml') + 1] ?? '';
    if (verb === '/create')
      this.tasks.set(name, readFileSync(this.#wine.hostPath(xml), 'utf16le').replace(/^\uFEFF/, ''));
    else if (!this.tasks.has(name)) return {exitCode: 1};
    else if (verb === '/delete') this.tasks.delete(name);
    return {exitCode: 0};
  };

  /** The program and the arguments that a task would start. */
  commandOf(name: string): string | undefined {
    const [, program, args] =
      /<Command>(.*)<\/Command><Arguments>(.*)<\/Arguments>/.exec(this.tasks.get(name) ?? '') ?? [];
    return program === undefined ? undefined : unescaped(`${program} ${args}`);
  }
}

const unescaped = (text: string): string =>
  text.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
