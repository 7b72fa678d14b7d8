#!/usr/bin/env node
import {main} from '../appcmd/main.ts';
import {runProgram} from './run-program.ts';

void runProgram(main);
