import type {Language} from '../runtime.ts';

/*
 * What sc.exe prints. Codes, state words and type words are never translated; labels and sentences are, in some
 * languages both, in others only one of the two. All of it goes to standard output.
 */

export const codes = {
  accessDenied: 5,
  moreData: 234,
  dependentsRunning: 1051,
  invalidControl: 1052,
  noTimelyResponse: 1053,
  alreadyRunning: 1056,
  disabled: 1058,
  noSuchService: 1060,
  cannotAcceptControl: 1061,
  notStarted: 1062,
  dependencyFailed: 1068,
  usage: 1639,
  badStubData: 1783,
} as const;

const sentences: Readonly<Record<Language, Readonly<Record<number, string>>>> = {
  en: {
    [codes.accessDenied]: 'Access is denied.',
    [codes.moreData]: 'More data is available.',
    [codes.dependentsRunning]:
      'A stop control has been sent to a service that other running services are dependent on.',
    [codes.invalidControl]: 'The requested control is not valid for this service.',
    [codes.noTimelyResponse]: 'The service did not respond to the start or control request in a timely fashion.',
    [codes.alreadyRunning]: 'An instance of the service is already running.',
    [codes.disabled]:
      'The service cannot be started, either because it is disabled or because it has no enabled devices associated with it.',
    [codes.noSuchService]: 'The specified service does not exist as an installed service.',
    [codes.cannotAcceptControl]: 'The service cannot accept control messages at this time.',
    [codes.notStarted]: 'The service has not been started.',
    [codes.dependencyFailed]: 'The dependency service or group failed to start.',
    [codes.badStubData]: 'The stub received bad data.',
  },
  de: {
    [codes.noSuchService]: 'Der angegebene Dienst ist kein installierter Dienst.',
    [codes.notStarted]: 'Der Dienst wurde nicht gestartet.',
    [codes.disabled]: 'Der Dienst kann nicht gestartet werden, da er deaktiviert ist.',
    [codes.accessDenied]: 'Zugriff verweigert',
  },
  ru: {
    [codes.noSuchService]: 'Указанная служба не установлена.',
    [codes.notStarted]: 'Служба не запущена.',
    [codes.disabled]: 'Указанная служба отключена.',
    [codes.accessDenied]: 'Отказано в доступе.',
  },
};

const words: Readonly<Record<Language, {failed: string; success: string}>> = {
  en: {failed: 'FAILED', success: 'SUCCESS'},
  de: {failed: 'FEHLER', success: 'ERFOLG'},
  ru: {failed: 'ОШИБКА', success: 'Успех'},
};

/** `[SC] OpenService FAILED 1060:` and the sentence of the code. */
export const failureText = (call: string, code: number, language: Language): string => {
  const sentence = sentences[language][code] ?? sentences.en[code] ?? '';
  return `[SC] ${call} ${words[language].failed} ${code}:\r\n\r\n${sentence}\r\n\r\n`;
};

/** `[SC] ChangeServiceConfig SUCCESS` */
export const successText = (call: string, language: Language): string => `[SC] ${call} ${words[language].success}\r\n`;

const russianLabels: Readonly<Record<string, string>> = {
  SERVICE_NAME: 'Имя_службы',
  DISPLAY_NAME: 'Выводимое_имя',
  TYPE: 'Тип',
  STATE: 'Состояние',
  WIN32_EXIT_CODE: 'Код_выхода_Win32',
  SERVICE_EXIT_CODE: 'Код_выхода_службы',
  CHECKPOINT: 'Контрольная_точка',
  WAIT_HINT: 'Ожидание',
  START_TYPE: 'Тип_запуска',
  ERROR_CONTROL: 'Управление_ошибками',
  BINARY_PATH_NAME: 'Имя_двоичного_файла',
  LOAD_ORDER_GROUP: 'Группа_запуска',
  TAG: 'Тег',
  DEPENDENCIES: 'Зависимости',
  SERVICE_START_NAME: 'Начальное_имя_службы',
};

export const label = (name: string, language: Language): string =>
  language === 'ru' ? (russianLabels[name] ?? name) : name;

export const usage =
  'DESCRIPTION:\r\n        SC is a command line program used for communicating with the\r\n        Service Control Manager and services.\r\nUSAGE:\r\n        sc <server> [command] [service name] <option1> <option2>...\r\n';
