import {writeFileSync} from 'node:fs';
import {createServer, type Socket} from 'node:net';
import {argvOf} from './c-runtime-argv.ts';
import type {Wine} from './wine.ts';

/** What a stand-in was started with, as it told. */
export interface Received {
  /** Its path in Windows. */
  readonly program: string;
  /** The raw command line. */
  readonly line: string;
  readonly folder: string;
  /** What the C runtime makes of the line, without the program. */
  readonly argv: readonly string[];
}

export interface StandInAnswer {
  /** 32 bits. */
  readonly exitCode: number;
  readonly stdout?: Uint8Array;
  readonly stderr?: Uint8Array;
}

/** Plays one program. A rejection closes the connection: the program ends as if it had crashed. */
export type Player = (received: Received) => Promise<StandInAnswer>;

const readText = (bytes: Buffer, at: number): {text: string; end: number} | undefined => {
  if (bytes.length < at + 4) return undefined;
  const end = at + 4 + bytes.readUInt32BE(at);
  return bytes.length < end ? undefined : {text: bytes.toString('utf8', at + 4, end), end};
};

const readRequest = (bytes: Buffer): Received | undefined => {
  const program = readText(bytes, 0);
  const line = program && readText(bytes, program.end);
  const folder = line && readText(bytes, line.end);
  if (!(program && line && folder)) return undefined;
  return {program: program.text, line: line.text, folder: folder.text, argv: argvOf(line.text).slice(1)};
};

const record = (kind: 'o' | 'e' | 'x', number: number, bytes: Uint8Array = new Uint8Array()): Buffer => {
  const head = Buffer.alloc(5);
  head.write(kind);
  head.writeUInt32BE(number, 1);
  return Buffer.concat([head, bytes]);
};

const nothing = new Uint8Array();

/** Answers the stand-ins of stand-ins/forward.c, each by the name of its program, and remembers what they were asked. */
export class StandInServer {
  readonly received: Received[] = [];
  readonly #players = new Map<string, Player>();
  readonly #server = createServer((socket) => this.#serve(socket));

  /** Listens, and leaves word in that Windows where. */
  async listen(wine: Wine): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('listens at no port');
    writeFileSync(wine.hostPath('C:\\stand-ins\\port.txt'), String(address.port));
  }

  play(program: string, player: Player): void {
    this.#players.set(program, player);
  }

  /** What a program was asked since a moment that `received.length` was noted at. */
  linesOf(program: string, since = 0): readonly Received[] {
    return this.received.slice(since).filter((one) => nameOf(one) === program);
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
    });
  }

  #serve(socket: Socket): void {
    let bytes = Buffer.alloc(0);
    // A program that is killed while it waits resets its connection.
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
      const request = readRequest(bytes);
      if (request === undefined) return;
      socket.removeAllListeners('data');
      void this.#answer(request, socket);
    });
  }

  async #answer(request: Received, socket: Socket): Promise<void> {
    this.received.push(request);
    try {
      const player = this.#players.get(nameOf(request));
      if (!player) throw new Error(`nobody plays ${request.program}`);
      const {exitCode, stdout = nothing, stderr = nothing} = await player(request);
      socket.end(
        Buffer.concat([record('o', stdout.length, stdout), record('e', stderr.length, stderr), record('x', exitCode)]),
      );
    } catch {
      socket.destroy();
    }
  }
}

const nameOf = ({program}: Received): string => program.slice(program.lastIndexOf('\\') + 1).toLowerCase();
