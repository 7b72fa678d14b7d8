import type {Session} from './session.ts';
import {stopgap} from './stopgap.ts';
import type {Ended} from './wine.ts';

/** What is of one moment or of one machine has a name instead. */
const normalise = (text: string, host: string): string =>
  text
    .replaceAll('\r\n', '\n')
    .replaceAll(/[ \t]+$/gm, '')
    .replaceAll(`${host}, Exchange`, 'EX01, Exchange')
    .replaceAll(/SHA-256 [0-9a-f]{12}/g, 'SHA-256 <digest>')
    .replaceAll(/(PID +: )\d+/g, '$1<pid>')
    .replaceAll(/(PID |pid )\d+/g, '$1<pid>')
    .replaceAll(/^\d\d:\d\d:\d\d /gm, '<time> ')
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, '<time>');

/** Commands and what they answered, as they would stand on a screen. */
export class Transcript {
  readonly #session: Session;
  readonly #host: string;
  readonly #parts: string[] = [];

  constructor(session: Session, host: string) {
    this.#session = session;
    this.#host = host;
  }

  async stopgap(...args: readonly string[]): Promise<Ended> {
    return this.#keep(['stopgap', ...args], await stopgap(this.#session, ...args));
  }

  async run(program: string, ...args: readonly string[]): Promise<Ended> {
    return this.#keep([program, ...args], await this.#session.wine.run(program, args));
  }

  say(text: string): void {
    this.#parts.push(text);
  }

  #keep(words: readonly string[], ended: Ended): Ended {
    const answer = normalise(`${ended.stderr}${ended.stdout}`, this.#host).trim();
    this.#parts.push(`\`\`\`\n> ${normalise(words.join(' '), this.#host)}\n${answer}\n\`\`\``);
    return ended;
  }

  get text(): string {
    return `${this.#parts.join('\n\n')}\n`;
  }
}
