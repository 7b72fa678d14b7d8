import {unreachable} from '../../kit/unreachable.ts';
import {canonicalUnit, hasUnit, wordUnits} from './char-set.ts';
import type {Instruction, Program} from './program.ts';

export type MachineResult =
  | {readonly kind: 'match'; readonly captures: readonly string[]; readonly index: number; readonly steps: number}
  | {readonly kind: 'no-match'; readonly steps: number}
  | {readonly kind: 'out-of-steps'; readonly steps: number};

/** Where to go on after a failure: another way from a position, or the former value of a register. */
type Frame =
  | {readonly kind: 'way'; readonly at: number; readonly position: number}
  | {readonly kind: 'register'; readonly register: number; readonly value: number};

/**
 * Searches the input as a backtracking engine does and counts its steps. It exists because V8 cannot be interrupted:
 * this one stops when its steps are used up.
 */
export const runProgram = (program: Program, input: string, maxSteps: number): MachineResult => {
  const machine = new Machine(program, input, maxSteps);
  for (let start = 0; start <= input.length; start++) {
    machine.registers.fill(-1);
    const matched = machine.run(0, start);
    if (matched === undefined) return {kind: 'out-of-steps', steps: machine.steps};
    if (matched) return {kind: 'match', captures: machine.captures(), index: start, steps: machine.steps};
  }
  return {kind: 'no-match', steps: machine.steps};
};

class Machine {
  readonly program: Program;
  readonly input: string;
  readonly maxSteps: number;
  readonly registers: number[];
  readonly frames: Frame[] = [];
  steps = 0;

  constructor(program: Program, input: string, maxSteps: number) {
    this.program = program;
    this.input = input;
    this.maxSteps = maxSteps;
    this.registers = Array.from({length: program.registers}, () => -1);
  }

  captures(): readonly string[] {
    return Array.from({length: this.program.captures + 1}, (_, index) => this.captured(index));
  }

  captured(index: number): string {
    const from = this.registers[2 * index] ?? -1;
    const to = this.registers[2 * index + 1] ?? -1;
    return from < 0 || to < 0 ? '' : this.input.slice(from, to);
  }

  set(register: number, value: number): void {
    this.frames.push({kind: 'register', register, value: this.registers[register] ?? -1});
    this.registers[register] = value;
  }

  /** Takes back what was done since the newest open way, and returns that way; `undefined` where none is above `floor`. */
  back(floor: number): {readonly at: number; readonly position: number} | undefined {
    while (this.frames.length > floor) {
      const frame = this.frames.pop();
      if (frame?.kind === 'way') return frame;
      if (frame) this.registers[frame.register] = frame.value;
    }
    return undefined;
  }

  /** Runs from an instruction and a position to `match`; `undefined` when the steps are used up. */
  run(from: number, start: number): boolean | undefined {
    const floor = this.frames.length;
    let at = from;
    let position = start;
    for (;;) {
      if (++this.steps > this.maxSteps) return undefined;
      const instruction = this.program.instructions[at];
      if (!instruction) throw new RangeError(`there is no instruction ${at}`);
      if (instruction.op === 'match') return true;
      const next =
        instruction.op === 'look' ? this.look(instruction, at, position) : this.step(instruction, at, position);
      if (next === 'out-of-steps') return undefined;
      if (next !== undefined) {
        at = next.at;
        position = next.position;
        continue;
      }
      const way = this.back(floor);
      if (!way) return false;
      at = way.at;
      position = way.position;
    }
  }

  step(
    instruction: Exclude<Instruction, {op: 'look' | 'match'}>,
    at: number,
    position: number,
  ): {at: number; position: number} | undefined {
    const on = {at: at + 1, position};
    switch (instruction.op) {
      case 'unit':
        return position < this.input.length && hasUnit(instruction.set, this.input.charCodeAt(position))
          ? {at: at + 1, position: position + 1}
          : undefined;
      case 'split':
        this.frames.push({kind: 'way', at: instruction.second, position});
        return {at: instruction.first, position};
      case 'jump':
        return {at: instruction.to, position};
      case 'save':
        this.set(instruction.register, position);
        return on;
      case 'forget':
        for (let register = instruction.from; register < instruction.to; register++) this.set(register, -1);
        return on;
      case 'moved':
        return this.registers[instruction.register] === position ? undefined : on;
      case 'assert':
        return this.holds(instruction.kind, position) ? on : undefined;
      case 'back-reference':
        return this.again(this.captured(instruction.index), at, position);
      default:
        return unreachable(instruction);
    }
  }

  look(
    {negate, end}: Extract<Instruction, {op: 'look'}>,
    at: number,
    position: number,
  ): {at: number; position: number} | 'out-of-steps' | undefined {
    const floor = this.frames.length;
    const found = this.run(at + 1, position);
    if (found === undefined) return 'out-of-steps';
    if (found && !negate) this.closeWays(floor);
    else this.unwind(floor);
    return found === negate ? undefined : {at: end, position};
  }

  /** Takes back everything since then, open ways too: a negative lookahead leaves no trace. */
  unwind(floor: number): void {
    while (this.frames.length > floor) this.back(floor);
  }

  /** A lookahead that has matched is never entered again; what it captured is undone by a later failure outside. */
  closeWays(floor: number): void {
    const kept = this.frames.splice(floor).filter(({kind}) => kind === 'register');
    for (const frame of kept) this.frames.push(frame);
  }

  isWord(position: number): boolean {
    return position >= 0 && position < this.input.length && hasUnit(wordUnits, this.input.charCodeAt(position));
  }

  holds(kind: 'start' | 'end' | 'word' | 'not-word', position: number): boolean {
    if (kind === 'start') return position === 0;
    if (kind === 'end') return position === this.input.length;
    return (this.isWord(position - 1) !== this.isWord(position)) === (kind === 'word');
  }

  again(text: string, at: number, position: number): {at: number; position: number} | undefined {
    for (let index = 0; index < text.length; index++) {
      const [wanted, found] = [text.charCodeAt(index), this.input.charCodeAt(position + index)];
      const same = this.program.ignoreCase ? canonicalUnit(wanted) === canonicalUnit(found) : wanted === found;
      if (position + index >= this.input.length || !same) return undefined;
    }
    return {at: at + 1, position: position + text.length};
  }
}
