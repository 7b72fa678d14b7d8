import {isRefusal, type Refusal} from '../../kit/refusal.ts';
import type {Service} from '../../server/service.ts';
import {bad, type Diagnosis, good} from './diagnosis.ts';
import {orRefusal} from './or-refusal.ts';
import {question} from './question.ts';

/** The service that every application of IIS needs; sc.exe tells of it. */
const webService = 'W3SVC';

export interface WebServer {
  readonly service: Service | Refusal | undefined;
  readonly iisVersion: string;
}

export const judgeWebServer = ({service, iisVersion}: WebServer): Diagnosis => {
  if (isRefusal(service)) {
    return bad(`sc.exe does not answer: ${service.message} [${service.code}]`, ...service.next, {
      label: 'It is part of Windows, in %SystemRoot%\\System32',
    });
  }
  if (service === undefined) {
    return bad(`sc.exe answers, and there is no service ${webService}: IIS is not installed`, {
      label: 'Run stopgap on a server that has IIS',
    });
  }
  const seen = `sc.exe answers: ${webService} is ${service.state}, IIS ${iisVersion}`;
  if (service.state === 'RUNNING') return good(seen);
  const start = {label: 'Start it', command: `sc start ${webService}`};
  return bad(`${seen}: no application is served, and nothing that is changed can be proven`, start);
};

export const webServer = question({
  ...{id: 'web-server', title: 'sc.exe and IIS', of: 'server'},
  look: async ({reader, facts}) => ({
    service: await orRefusal(() => reader.service(webService)),
    iisVersion: (await facts()).iisVersion,
  }),
  judge: judgeWebServer,
});
