import type {Clock} from '../kit/clock.ts';
import type {CommandRunner} from './command.ts';
import type {ExchangeAnswer} from './exchange-settings.ts';
import type {AppPoolState, Service} from './service.ts';
import type {StartUpTasks} from './start-up-task.ts';

/** A file of the server as bytes; `undefined` where there is none. Paths are Windows paths. */
export interface FileReader {
  readFile(path: string): Promise<Uint8Array | undefined>;
}

/** Which Exchange is installed, and how that is known. */
export interface ExchangeInstallation {
  /** Four components without padding, `15.2.1118.7`: the file version of ExSetup.exe, which alone shows security updates. */
  readonly build: string;
  /** Where the build was read, for a person: `ExSetup.exe`, `server.json`, `--build`, `folder names in applicationHost.config`. */
  readonly buildSource: string;
  /** Edge Transport and management tools have no client access to protect. */
  readonly role: 'mailbox' | 'edge' | 'management-tools';
}

/** What is known of a server beside its files, services and pools. All of it is read, none of it is assumed. */
export interface ServerFacts {
  readonly hostName: string;
  /** `undefined`: no Exchange found; a reason stands in `exchangeUnreadable` where one should be there. */
  readonly exchange: ExchangeInstallation | undefined;
  readonly exchangeUnreadable: string | undefined;
  /** Version of rewrite.dll, `7.1.1993.2336`; `undefined` where URL Rewrite is not installed. */
  readonly urlRewriteVersion: string | undefined;
  /** `10.0`. */
  readonly iisVersion: string;
  /** Environment variables that configuration files may use: SystemDrive, SystemRoot, windir, ProgramFiles ... */
  readonly environment: Readonly<Record<string, string>>;
  /** Reasons why nothing may be changed now: Exchange setup running or failed, pending reboot ... Empty is good. */
  readonly setupBlockers: readonly SetupBlocker[];
  readonly elevated: boolean;
}

export interface SetupBlocker {
  /** Dotted code: SETUP.RUNNING, SETUP.WATERMARK, SETUP.REBOOT_PENDING, SETUP.SERVICES_DISABLED. */
  readonly code: string;
  readonly evidence: string;
}

/** Everything that planning may ask a server. Nothing here can change one. */
export interface ServerReader extends FileReader {
  readonly kind: 'windows' | 'sandbox' | 'snapshot';
  /** How it was named on the command line: `windows`, `sandbox:DIR`, `snapshot:DIR`. */
  readonly name: string;
  /** Folder of the effective IIS configuration before redirection: `C:\Windows\System32\inetsrv\config`. */
  readonly configFolder: string;
  /** The server's own time, where it is not that of this machine: a sandbox lets time pass at once. */
  readonly now?: () => Date;
  facts(): Promise<ServerFacts>;
  /** `undefined`: there is no such service. */
  service(name: string): Promise<Service | undefined>;
  /** Names of all services that need this one, directly or not, those that stop first coming first. */
  dependents(name: string): Promise<readonly string[]>;
  /** `undefined`: there is no such pool. */
  appPoolState(name: string): Promise<AppPoolState | undefined>;
  /** True while a process of that image name (`MSExchangeHMWorker.exe`) runs. */
  processRuns(image: string): Promise<boolean>;
  /**
   * The digest of something that a plan assumes, as the server has it, where a copy without its secrets would tell
   * otherwise; `undefined`: as it is read.
   */
  digestOf?(what: string): string | undefined;
  /** What its appcmd does with parents that a removal leaves empty, where that was learnt. Absent: it removes them. */
  readonly emptyParents?: 'remove' | 'leave';
  /** What Exchange says to its own mitigation service; absent: it cannot be asked. */
  exchangeSettings?(): Promise<ExchangeAnswer>;
  /** The evidence that the server is in maintenance mode; `undefined`: it is not. Absent: it cannot be asked. */
  maintenanceMode?(): Promise<string | undefined>;
}

export interface HttpAnswer {
  /**
   * HTTP status, or `reset` where the connection was closed without an answer to what was sent, or `none` where nothing is
   * known: there was no connection, or no answer in time.
   */
  readonly status: number | 'reset' | 'none';
  readonly subStatus?: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** Puts bytes back in place of a file, keeping owner and access list. Only `--exact` and recovery of a half-written file use it. */
export interface FileRestorer {
  restoreFile(path: string, bytes: Uint8Array): Promise<void>;
}

/** HTTP GET at the server itself, for health probes. */
export interface HealthProber {
  get(site: string, path: string): Promise<HttpAnswer>;
}

/** A server that can be changed. Only apply, rollback and recover ever open one. */
export interface Server extends ServerReader {
  readonly clock: Clock;
  readonly commands: CommandRunner;
  readonly restorer: FileRestorer;
  readonly prober: HealthProber;
  readonly startUpTasks: StartUpTasks;
  /**
   * Takes a lock of this server, which dies with the process; `undefined` when somebody else holds it. `changes`, which is
   * meant where nothing is said, is held while the server is changed, `agent` by the one agent for as long as it lives.
   */
  lock(what?: 'changes' | 'agent'): Promise<(() => Promise<void>) | undefined>;
  /** Whether that process still runs. */
  isRunning(process: {readonly pid: number; readonly startTime: string}): Promise<boolean>;
}
