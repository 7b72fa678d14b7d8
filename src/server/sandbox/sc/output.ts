import type {ServiceState, StartType} from '../../service.ts';
import type {Language} from '../runtime.ts';
import type {ManagedService} from './manager.ts';
import {label, successText} from './messages.ts';

/* Layout of current Windows Server builds: eight blanks, labels padded to 19, CRLF. */

const stateCodes: Readonly<Record<ServiceState, number>> = {
  STOPPED: 1,
  START_PENDING: 2,
  STOP_PENDING: 3,
  RUNNING: 4,
  CONTINUE_PENDING: 5,
  PAUSE_PENDING: 6,
  PAUSED: 7,
};

const startTypes: Readonly<Record<StartType, string>> = {
  boot: '0   BOOT_START',
  system: '1   SYSTEM_START',
  auto: '2   AUTO_START',
  'delayed-auto': '2   AUTO_START  (DELAYED)',
  demand: '3   DEMAND_START',
  disabled: '4   DISABLED',
};

const field = (name: string, value: string, language: Language): string =>
  `        ${label(name, language).padEnd(19)}: ${value}\r\n`;

const flags = (state: ServiceState): string | undefined => {
  if (state === 'STOPPED') return undefined;
  return state === 'RUNNING'
    ? '(STOPPABLE, NOT_PAUSABLE, ACCEPTS_SHUTDOWN)'
    : '(NOT_STOPPABLE, NOT_PAUSABLE, IGNORES_SHUTDOWN)';
};

const pidOf = ({name, now}: ManagedService): number =>
  now.state === 'STOPPED' ? 0 : 1000 + 4 * [...name].reduce((sum, char) => (sum * 31 + char.charCodeAt(0)) % 5000, 7);

export interface BlockOptions {
  readonly language: Language;
  readonly displayName?: boolean;
  readonly process?: boolean;
}

/** One `query` block, which begins with an empty line. */
export const statusBlock = (service: ManagedService, options: BlockOptions): string => {
  const {language} = options;
  const {state} = service.now;
  const inner = flags(state);
  const hint = state.endsWith('_PENDING') ? 'x7d0' : 'x0';
  return [
    `\r\n${label('SERVICE_NAME', language)}: ${service.name}\r\n`,
    options.displayName ? `${label('DISPLAY_NAME', language)}: ${service.displayName}\r\n` : '',
    field('TYPE', '10  WIN32_OWN_PROCESS  ', language),
    field('STATE', `${stateCodes[state]}  ${state} `, language),
    inner === undefined ? '' : `${' '.repeat(32)}${inner}\r\n`,
    field('WIN32_EXIT_CODE', '0  (0x0)', language),
    field('SERVICE_EXIT_CODE', '0  (0x0)', language),
    field('CHECKPOINT', '0x0', language),
    field('WAIT_HINT', `0${hint}`, language),
    options.process ? field('PID', String(pidOf(service)), language) : '',
    options.process ? field('FLAGS', '', language) : '',
  ].join('');
};

export const configBlock = (service: ManagedService, language: Language): string => {
  const [first = '', ...others] = service.dependencies;
  return [
    successText('QueryServiceConfig', language),
    `\r\n${label('SERVICE_NAME', language)}: ${service.name}\r\n`,
    field('TYPE', '10  WIN32_OWN_PROCESS ', language),
    field('START_TYPE', startTypes[service.now.startType], language),
    field('ERROR_CONTROL', '1   NORMAL', language),
    field('BINARY_PATH_NAME', `C:\\Windows\\System32\\${service.name}.exe`, language),
    field('LOAD_ORDER_GROUP', '', language),
    field('TAG', '0', language),
    field('DISPLAY_NAME', service.displayName, language),
    field('DEPENDENCIES', first, language),
    ...others.map((name) => `${' '.repeat(27)}: ${name}\r\n`),
    field('SERVICE_START_NAME', 'LocalSystem', language),
  ].join('');
};
