#!/usr/bin/env node
import {main} from '../sc/main.ts';
import {runProgram} from './run-program.ts';

void runProgram(main);
