import {describe, expect, test} from 'vitest';
import {parseScConfig, parseScNames, parseScState} from '../../src/server/sc-output.ts';

const crlf = (lines: readonly string[]): string => lines.join('\r\n');

const english = crlf([
  '[SC] QueryServiceConfig SUCCESS',
  '',
  'SERVICE_NAME: wuauserv',
  '        TYPE               : 20  WIN32_SHARE_PROCESS ',
  '        START_TYPE         : 2   AUTO_START  (DELAYED)',
  '        ERROR_CONTROL      : 1   NORMAL',
  '        BINARY_PATH_NAME   : C:\\Windows\\system32\\svchost.exe -k netsvcs -p',
  '        LOAD_ORDER_GROUP   : ',
  '        TAG                : 0',
  '        DISPLAY_NAME       : Update: the service',
  '        DEPENDENCIES       : rpcss',
  '                           : http',
  '        SERVICE_START_NAME : LocalSystem',
  '',
]);

const italian = english
  .replace('SERVICE_NAME', 'NOME_SERVIZIO')
  .replace('START_TYPE  ', 'TIPO_AVVIO  ')
  .replace('ERROR_CONTROL', 'CONTROLLO_ERRORE')
  .replace('DISPLAY_NAME', 'NOME_VISUALIZZATO')
  .replace('DEPENDENCIES', 'DIPENDENZE')
  .replace('SUCCESS', 'OPERAZIONI RIUSCITE');

/** Labels are English in German and French; only the header is translated. */
const german = english.replace('SUCCESS', 'ERFOLG');
const french = english.replace('SUCCESS', 'réussite(s)');
const spanish = english
  .replace('SERVICE_NAME', 'NOMBRE_SERVICIO')
  .replace('START_TYPE  ', 'TIPO_INICIO ')
  .replace('DEPENDENCIES', 'DEPENDENCIAS')
  .replace('SUCCESS', 'CORRECTO');

const russian = crlf([
  '[SC] QueryServiceConfig: успех',
  '',
  'Имя_службы: wuauserv',
  '        Тип                : 20  WIN32_SHARE_PROCESS ',
  '        Тип_запуска          : 2   AUTO_START  (DELAYED)',
  '        Управление_ошибками      : 1   NORMAL',
  '        Имя_двоичного_файла   : C:\\Windows\\system32\\svchost.exe -k netsvcs -p',
  '        Группа_запуска       : ',
  '        Тег                : 0',
  '        Выводимое_имя       : Update: the service',
  '        Зависимости       : rpcss',
  '                           : http',
  '        Начальное_имя_службы : LocalSystem',
]);

test.each([
  ['English', english],
  ['German', german],
  ['French', french],
  ['Spanish', spanish],
  ['Italian', italian],
  ['Russian', russian],
])('the configuration of a service is read by place from %s output', (_, text) => {
  expect(parseScConfig(text)).toEqual({
    name: 'wuauserv',
    displayName: 'Update: the service',
    startType: 'delayed-auto',
    dependencies: ['rpcss', 'http'],
  });
});

test('a service that needs nothing has no dependencies', () => {
  const none = english.replace('rpcss', '').replace('                           : http\r\n', '');
  expect(parseScConfig(none)?.dependencies).toEqual([]);
});

test.each([
  ['0   BOOT_START', 'boot'],
  ['1   SYSTEM_START', 'system'],
  ['2   AUTO_START', 'auto'],
  ['3   DEMAND_START', 'demand'],
  ['4   DISABLED', 'disabled'],
])('%s is %s', (written, startType) => {
  expect(parseScConfig(english.replace('2   AUTO_START  (DELAYED)', written))?.startType).toBe(startType);
});

test('what is no configuration is none', () => {
  expect(parseScConfig('[SC] OpenService FAILED 1060:\r\n\r\nNo such service.\r\n')).toBeUndefined();
  expect(parseScConfig('')).toBeUndefined();
});

const status = (name: string, state: string): string =>
  crlf([
    '',
    `SERVICE_NAME: ${name} `,
    'DISPLAY_NAME: 4  RUNNING is its name',
    '        TYPE               : 30  WIN32  ',
    `        STATE              : ${state} `,
    '                                (STOPPABLE, PAUSABLE, ACCEPTS_SHUTDOWN)',
    '        WIN32_EXIT_CODE    : 0  (0x0)',
    '        SERVICE_EXIT_CODE  : 0  (0x0)',
    '        CHECKPOINT         : 0x0',
    '        WAIT_HINT          : 0x0',
    '',
  ]);

describe('the state of a service', () => {
  test.each([
    ['1  STOPPED', 'STOPPED'],
    ['2  START_PENDING', 'START_PENDING'],
    ['3  STOP_PENDING', 'STOP_PENDING'],
    ['4  RUNNING', 'RUNNING'],
    ['5  CONTINUE_PENDING', 'CONTINUE_PENDING'],
    ['6  PAUSE_PENDING', 'PAUSE_PENDING'],
    ['7  PAUSED', 'PAUSED'],
  ])('%s is %s', (written, state) => {
    expect(parseScState(status('X', written))).toBe(state);
    expect(parseScState(status('X', written).replace('STATE', 'Состояние'))).toBe(state);
  });

  test('is not taken from a display name', () => {
    expect(parseScState(status('X', '1  STOPPED'))).toBe('STOPPED');
  });

  test('is unknown where there is none', () => {
    expect(parseScState('[SC] OpenService FAILED 5:')).toBeUndefined();
  });
});

test('names of an enumeration are the first fields of its blocks', () => {
  const text = `[SC] EnumDependentServices: entriesread = 2\r\n${status('Second', '4  RUNNING')}${status('First', '1  STOPPED')}`;
  expect(parseScNames(text)).toEqual(['Second', 'First']);
  expect(parseScNames('[SC] EnumDependentServices: entriesread = 0\r\n')).toEqual([]);
});
