import {errorId, eventSource} from '../../agent/report/events.ts';
import {isRefusal, Refusal} from '../../kit/refusal.ts';

/** The agent, until `stop`: resolves with its exit code. `onAsk` is given what asks it for a check now. */
export type RunAgent = (stop: AbortSignal, onAsk: (ask: () => void) => void) => Promise<number>;

/** A service has no console: what ends it is said where an administrator looks. */
const saidToEventLog = async <T>(act: () => Promise<T>): Promise<T> => {
  try {
    return await act();
  } catch (error) {
    const {applicationLog} = await import('../../server/windows/event-source.ts');
    const why = isRefusal(error) ? `${error.message} [${error.code}]` : String(error);
    applicationLog(eventSource).write(errorId, 'error', `The agent has ended: ${why}`);
    throw error;
  }
};

/** ERROR_FAILED_SERVICE_CONTROLLER_CONNECT: nobody has started this process as a service. */
const noController = 1063;

/**
 * Runs the agent as the Windows service that `agent install` made: stop and shutdown end it, `sc control stopgap
 * paramchange` asks for a check. @throws Refusal AGENT.NOT_A_SERVICE
 */
export const asService = async (run: RunAgent): Promise<number> => {
  const {hostService} = await import('../../server/windows/service-status.ts');
  const {serveControls} = await import('../../server/windows/api/service-control.ts');
  const {serviceName} = await import('../../server/windows/agent-service.ts');
  let ask: () => void = () => undefined;
  const body = {
    run: (stop: AbortSignal) =>
      run(stop, (asked) => {
        ask = asked;
      }),
    ask: () => ask(),
  };
  const end = await saidToEventLog(() => hostService(serviceName, body, serveControls));
  if ('exitCode' in end) return end.exitCode;
  const why = end.windowsError === noController ? 'it was started by hand' : `Windows error ${end.windowsError}`;
  throw new Refusal('AGENT.NOT_A_SERVICE', `The agent cannot run as a service: ${why}.`, {
    next: [
      {label: 'Start the service', command: 'stopgap agent start'},
      {label: 'Or run the agent in this console', command: 'stopgap agent run'},
    ],
  });
};
