import {unreachable} from '../../kit/unreachable.ts';
import type {Regex, RegexNode} from './ast.ts';
import type {CharSet} from './char-set.ts';

/* A pattern as instructions for a backtracking machine: the first choice first, as ECMA-262 22.2.2 says. */

export type Instruction =
  | {readonly op: 'unit'; readonly set: CharSet}
  | {readonly op: 'split'; first: number; second: number}
  | {readonly op: 'jump'; to: number}
  /** Remembers the position in a register: 2n and 2n+1 are the ends of capture n, the others watch loops. */
  | {readonly op: 'save'; readonly register: number}
  | {readonly op: 'forget'; readonly from: number; readonly to: number}
  /** Fails where nothing was read since the register was saved: an empty round of a loop. */
  | {readonly op: 'moved'; readonly register: number}
  | {readonly op: 'assert'; readonly kind: 'start' | 'end' | 'word' | 'not-word'}
  | {readonly op: 'back-reference'; readonly index: number}
  | {readonly op: 'look'; readonly negate: boolean; end: number}
  | {readonly op: 'match'};

export interface Program {
  readonly instructions: readonly Instruction[];
  readonly registers: number;
  readonly captures: number;
  readonly ignoreCase: boolean;
}

/** The pattern needs more instructions than the machine is given, or looks behind. */
export class NotCompiled extends Error {
  override readonly name = 'NotCompiled';
}

const maxInstructions = 20_000;

/** @throws NotCompiled */
export const compileRegex = (regex: Regex): Program => {
  const compiler = new Compiler(regex.captures);
  compiler.emit({op: 'save', register: 0});
  compiler.node(regex.root);
  compiler.emit({op: 'save', register: 1});
  compiler.emit({op: 'match'});
  const {instructions, registers} = compiler;
  return {instructions, registers, captures: regex.captures, ignoreCase: regex.ignoreCase};
};

class Compiler {
  readonly instructions: Instruction[] = [];
  registers: number;

  constructor(captures: number) {
    this.registers = 2 * (captures + 1);
  }

  emit<I extends Instruction>(instruction: I): I {
    if (this.instructions.length >= maxInstructions) throw new NotCompiled('the pattern is too large');
    this.instructions.push(instruction);
    return instruction;
  }

  get next(): number {
    return this.instructions.length;
  }

  node(node: RegexNode): void {
    switch (node.type) {
      case 'empty':
        return;
      case 'unit':
        this.emit({op: 'unit', set: node.set});
        return;
      case 'sequence':
        for (const item of node.items) this.node(item);
        return;
      case 'choice':
        this.choice(node.options);
        return;
      case 'group':
        this.group(node.item, node.index);
        return;
      case 'repeat':
        this.repeat(node);
        return;
      case 'look': {
        if (node.direction === 'behind') throw new NotCompiled('the pattern looks behind');
        const look = this.emit({op: 'look', negate: node.negate, end: 0});
        this.node(node.item);
        this.emit({op: 'match'});
        look.end = this.next;
        return;
      }
      case 'assert':
        this.emit({op: 'assert', kind: node.kind});
        return;
      case 'back-reference':
        this.emit({op: 'back-reference', index: node.index});
        return;
      default:
        unreachable(node);
    }
  }

  choice(options: readonly RegexNode[]): void {
    const jumps: {to: number}[] = [];
    for (const [index, option] of options.entries()) {
      if (index === options.length - 1) {
        this.node(option);
        break;
      }
      const split = this.emit({op: 'split', first: this.next + 1, second: 0});
      this.node(option);
      jumps.push(this.emit({op: 'jump', to: 0}));
      split.second = this.next;
    }
    for (const jump of jumps) jump.to = this.next;
  }

  group(item: RegexNode, index: number | undefined): void {
    if (index !== undefined) this.emit({op: 'save', register: 2 * index});
    this.node(item);
    if (index !== undefined) this.emit({op: 'save', register: 2 * index + 1});
  }

  round({item, captures: [from, to]}: RegexNode & {type: 'repeat'}): void {
    if (to > from) this.emit({op: 'forget', from: 2 * from, to: 2 * to});
    this.node(item);
  }

  repeat(node: RegexNode & {type: 'repeat'}): void {
    for (let count = 0; count < node.min; count++) this.round(node);
    if (node.max === Infinity) this.loop(node);
    else this.optional(node, node.max - node.min);
  }

  /** Rounds beyond the smallest number must read something: ECMA-262 22.2.2.3.1, step 2.b. */
  guardedRound(node: RegexNode & {type: 'repeat'}): void {
    const register = this.registers++;
    this.emit({op: 'save', register});
    this.round(node);
    this.emit({op: 'moved', register});
  }

  loop(node: RegexNode & {type: 'repeat'}): void {
    const start = this.next;
    const split = this.emit({op: 'split', first: 0, second: 0});
    const body = this.next;
    this.guardedRound(node);
    this.emit({op: 'jump', to: start});
    split.first = node.greedy ? body : this.next;
    split.second = node.greedy ? this.next : body;
  }

  optional(node: RegexNode & {type: 'repeat'}, rounds: number): void {
    const splits: {readonly split: {first: number; second: number}; readonly body: number}[] = [];
    for (let count = 0; count < rounds; count++) {
      const split = this.emit({op: 'split', first: 0, second: 0});
      splits.push({split, body: this.next});
      this.guardedRound(node);
    }
    for (const {split, body} of splits) {
      split.first = node.greedy ? body : this.next;
      split.second = node.greedy ? this.next : body;
    }
  }
}
