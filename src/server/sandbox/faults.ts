import {readRuntime, updateRuntime} from './runtime.ts';
import type {FaultName, Runtime} from './runtime-json.ts';

type Fault = Runtime['faults'][number];

/** Faults strike in the order in which they were armed, each once; a language stays until it is cleared. */
export const armFault = (dir: string, realTime: Date, fault: Fault): void => {
  updateRuntime(dir, realTime, (runtime) => ({...runtime, faults: [...runtime.faults, fault]}));
};

/** @param name absent: all of them */
export const clearFaults = (dir: string, realTime: Date, name: FaultName | undefined): void => {
  updateRuntime(dir, realTime, (runtime) => ({
    ...runtime,
    faults: name === undefined ? [] : runtime.faults.filter((fault) => fault.name !== name),
  }));
};

export const listFaults = (dir: string, realTime: Date): readonly Fault[] => readRuntime(dir, realTime).faults;
