import {sha256} from '../../src/kit/hash.ts';
import {Refusal} from '../../src/kit/refusal.ts';
import type {Check} from '../../src/plan/model.ts';
import type {CommandLine, CommandResult, RunOptions} from '../../src/server/command.ts';
import type {HttpAnswer, Server, ServerFacts} from '../../src/server/server.ts';
import type {AppPoolState, Service, ServiceState, StartType} from '../../src/server/service.ts';

/*
 * A server in memory that behaves: services stop after a while, application pools answer, files hold rules, commands
 * fail on demand and outlive the one who started them. Its commands are a small dialect of appcmd's and sc's:
 *   appcmd set config FILE /+[name='X'] | /-[name='X']     appcmd set apppool X /autoStart:true|false
 *   appcmd start|stop apppool X                            sc config S start= TYPE · sc start|stop S
 */

export interface FakeState {
  readonly services?: Readonly<Record<string, {readonly state: ServiceState; readonly startType: StartType}>>;
  readonly pools?: Readonly<
    Record<string, {readonly state: AppPoolState; readonly autoStart: 'true' | 'false' | null}>
  >;
  /** Names of the rules in each file. */
  readonly files?: Readonly<Record<string, readonly string[]>>;
  /** `Default Web Site /owa` → the application pool that answers. */
  readonly apps?: Readonly<Record<string, string>>;
}

/** What goes wrong with one run of a command. */
export interface Fault {
  readonly exitCode?: number;
  /** Whether the command has its effect all the same. */
  readonly effect: boolean;
  /** No exit code at all: the runner rejects with this code. */
  readonly rejects?: string;
  /** The process goes on for that long after the runner has given up. */
  readonly livesMs?: number;
}

/** Thrown in place of the death of the process: nothing of ours runs after it. */
export class Death extends Error {
  override readonly name = 'Death';
}

/** Ends the process at the n-th moment at which it could end. */
export interface Lifeline {
  dead: boolean;
  /** Called at each such moment, with the ways to die there; the way to take now, or undefined to live on. */
  readonly moment: <W extends string>(ways: readonly W[]) => W | undefined;
}

export const immortal: Lifeline = {dead: false, moment: () => undefined};

interface Timed {
  readonly at: number;
  readonly act: () => void;
}

const stopMs = 2500;

export class FakeServer implements Server {
  readonly kind = 'sandbox';
  readonly name = 'fake';
  readonly configFolder = 'C:\\Windows\\System32\\inetsrv\\config';
  readonly services = new Map<string, {state: ServiceState; startType: StartType}>();
  readonly pools = new Map<string, {state: AppPoolState; autoStart: 'true' | 'false' | null}>();
  readonly files = new Map<string, string[]>();
  readonly apps: Map<string, string>;
  /** Faults by the text of the command, used up one by one. */
  readonly faults = new Map<string, Fault[]>();
  /** Texts of the commands that were run. */
  readonly ran: string[] = [];
  facts_: ServerFacts = {
    hostName: 'FAKE',
    exchange: undefined,
    exchangeUnreadable: undefined,
    urlRewriteVersion: undefined,
    iisVersion: '10.0',
    environment: {},
    setupBlockers: [],
    elevated: true,
  };
  /** Milliseconds after a change of a file in which every application answers 500. */
  warmUpMs = 0;
  lifeline: Lifeline = immortal;
  #time = Date.UTC(2026, 10, 22, 2, 0, 0);
  #timed: Timed[] = [];
  #alive = new Map<number, number>();
  #coldUntil = 0;
  #nextPid = 100;
  #locked = false;

  constructor(state: FakeState) {
    for (const [name, service] of Object.entries(state.services ?? {})) this.services.set(name, {...service});
    for (const [name, pool] of Object.entries(state.pools ?? {})) this.pools.set(name, {...pool});
    for (const [name, rules] of Object.entries(state.files ?? {})) this.files.set(name, [...rules]);
    this.apps = new Map(Object.entries(state.apps ?? {}));
  }

  readonly clock = {
    now: () => new Date(this.#time),
    elapsed: () => this.#time,
    sleep: async (milliseconds: number) => {
      const until = this.#time + milliseconds;
      for (;;) {
        const next = this.#timed.filter(({at}) => at <= until).toSorted((a, b) => a.at - b.at)[0];
        if (next === undefined) break;
        this.#timed = this.#timed.filter((other) => other !== next);
        this.#time = Math.max(this.#time, next.at);
        next.act();
      }
      this.#time = until;
    },
  };

  readonly commands = {run: (command: CommandLine, options: RunOptions) => this.#run(command, options)};

  readonly restorer = {
    restoreFile: async (path: string, bytes: Uint8Array) => {
      const way = this.lifeline.moment(['before', 'after'] as const);
      if (way === 'before') throw this.#die();
      this.files.set(path, new TextDecoder().decode(bytes).split('\n').filter(Boolean));
      if (way === 'after') throw this.#die();
    },
  };

  /** Names of the tasks that the next start would run. */
  readonly tasks = new Set<string>();
  readonly startUpTasks = {
    register: async ({name}: {readonly name: string}): Promise<void> => void this.tasks.add(name),
    remove: async (name: string): Promise<void> => void this.tasks.delete(name),
  };

  readonly prober = {
    get: async (site: string, path: string): Promise<HttpAnswer> => {
      const pool = this.pools.get(this.apps.get(`${site} ${path}`) ?? '');
      if (pool === undefined) return {status: 404, headers: {}};
      if (pool.state !== 'Started') return {status: 503, headers: {}};
      return {status: this.#time < this.#coldUntil ? 500 : 200, headers: {}};
    },
  };

  /** Everything that a plan of the tests can change, to compare before and after. */
  snapshot(): unknown {
    const sorted = <T>(map: Map<string, T>) => [...map].toSorted(([a], [b]) => (a < b ? -1 : 1));
    return structuredClone({services: sorted(this.services), pools: sorted(this.pools), files: sorted(this.files)});
  }

  /** Lets everything that is on its way arrive. */
  async settle(): Promise<void> {
    await this.clock.sleep(60_000);
  }

  async facts(): Promise<ServerFacts> {
    return this.facts_;
  }

  async readFile(path: string): Promise<Uint8Array | undefined> {
    const rules = this.files.get(path);
    return rules && new TextEncoder().encode(rules.map((rule) => `${rule}\n`).join(''));
  }

  async service(name: string): Promise<Service | undefined> {
    const service = this.services.get(name);
    return service && {name, displayName: name, dependencies: [], ...service};
  }

  async dependents(): Promise<readonly string[]> {
    return [];
  }

  async appPoolState(name: string): Promise<AppPoolState | undefined> {
    return this.pools.get(name)?.state;
  }

  async processRuns(): Promise<boolean> {
    return [...this.#alive.values()].some((until) => until > this.#time);
  }

  async isRunning({pid}: {pid: number}): Promise<boolean> {
    return (this.#alive.get(pid) ?? 0) > this.#time;
  }

  async lock(): Promise<(() => Promise<void>) | undefined> {
    if (this.#locked) return undefined;
    this.#locked = true;
    return async () => {
      this.#locked = false;
    };
  }

  /** The read-back that the executor is given. */
  readonly holds = async (check: Check): Promise<boolean> => {
    switch (check.check) {
      case 'element': {
        const rule = check.at.keys['name'] ?? '';
        const present = this.files.get(check.at.file)?.includes(rule) ?? false;
        return check.is === 'absent' ? !present : present && check.meaning === sha256(rule);
      }
      case 'service-state':
        return this.services.get(check.service)?.state === check.is;
      case 'service-start-type':
        return this.services.get(check.service)?.startType === check.is;
      case 'app-pool-state':
        return this.pools.get(check.pool)?.state === check.is;
      case 'app-pool-auto-start':
        return this.pools.get(check.pool)?.autoStart === check.is;
      case 'process':
        return true;
      case 'file': {
        const bytes = await this.readFile(check.path);
        return bytes !== undefined && sha256(bytes) === check.sha256;
      }
    }
  };

  #die(): Death {
    this.lifeline.dead = true;
    return new Death('the process is gone');
  }

  async #run(command: CommandLine, {onStarted}: RunOptions): Promise<CommandResult> {
    const text = [command.tool, ...command.args].join(' ');
    const way = this.lifeline.moment(['before', 'running', 'after'] as const);
    if (way === 'before') throw this.#die();
    this.ran.push(text);
    const pid = this.#nextPid++;
    const fault = this.faults.get(text)?.shift();
    if (way === 'running' || fault?.livesMs !== undefined) this.#live(pid, fault?.livesMs ?? 4000, command);
    await onStarted?.({pid, startTime: `t${pid}`});
    if (way === 'running') throw this.#die();
    if (this.lifeline.dead) {
      // Died on the line that names the process: it lives on and nobody knows its number.
      this.#live(pid, 4000, command);
      throw this.#die();
    }
    if (fault?.rejects) {
      if (fault.effect && fault.livesMs === undefined) this.#perform(command);
      throw new Refusal(fault.rejects, 'no exit code');
    }
    const exitCode = fault === undefined || fault.effect ? this.#perform(command) : 0;
    if (way === 'after') throw this.#die();
    await this.clock.sleep(100);
    return {exitCode: fault?.exitCode ?? exitCode, stdout: `ran ${text}\r\n`, stderr: '', durationMs: 100};
  }

  /** The process outlives us and does its work at its end. */
  #live(pid: number, milliseconds: number, command: CommandLine): void {
    this.#alive.set(pid, this.#time + milliseconds);
    this.#timed.push({at: this.#time + milliseconds, act: () => this.#perform(command)});
  }

  #perform({tool, args}: CommandLine): number {
    return tool === 'sc.exe' ? this.#sc(args) : this.#appcmd(args);
  }

  #sc([verb, name = '', , value]: readonly string[]): number {
    const service = this.services.get(name);
    if (service === undefined) return 1060;
    if (verb === 'config') {
      service.startType = value as StartType;
      return 0;
    }
    if (service.state.endsWith('PENDING')) return 1061;
    if (verb === 'stop') {
      if (service.state === 'STOPPED') return 1062;
      service.state = 'STOP_PENDING';
      this.#timed.push({at: this.#time + stopMs, act: () => Object.assign(service, {state: 'STOPPED'})});
      return 0;
    }
    if (service.startType === 'disabled') return 1058;
    if (service.state === 'RUNNING') return 1056;
    service.state = 'RUNNING';
    return 0;
  }

  #appcmd([verb, kind, name = '', what = '']: readonly string[]): number {
    if (kind === 'config') return this.#edit(name, what);
    const pool = this.pools.get(name);
    if (pool === undefined) return 1168;
    if (verb === 'set') {
      pool.autoStart = what.endsWith('true') ? 'true' : what.endsWith('false') ? 'false' : null;
      return 0;
    }
    const wanted = verb === 'stop' ? 'Stopped' : 'Started';
    if (pool.state === wanted) return verb === 'stop' ? 1062 : 1056;
    pool.state = wanted;
    return 0;
  }

  #edit(file: string, edit: string): number {
    const match = /^\/([+-])\[name='(.*)'\]$/.exec(edit);
    const rules = this.files.get(file) ?? [];
    const rule = match?.[2] ?? '';
    if (match?.[1] === '+' ? rules.includes(rule) : !rules.includes(rule)) return match?.[1] === '+' ? 183 : 4312;
    this.files.set(file, match?.[1] === '+' ? [...rules, rule] : rules.filter((other) => other !== rule));
    this.#coldUntil = this.#time + this.warmUpMs;
    return 0;
  }
}
