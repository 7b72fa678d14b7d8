import type {StartUpTask} from '../start-up-task.ts';
import {argumentLine} from './command-line.ts';

/*
 * A task of the task scheduler in its own XML ("Task Scheduler Schema", version 1.2), because the options of schtasks.exe
 * know neither a program and its arguments apart nor what is to be done after a failure.
 */

export interface ScheduledTask extends StartUpTask {
  readonly description: string;
  /** Also once an hour, so that a program that ended comes back; while it runs, nothing is started. */
  readonly hourly: boolean;
}

/** Tasks have a folder of their own in the task scheduler. */
export const taskName = (name: string): string => `\\stopgap\\${name}`;

const escaped = (text: string): string => text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);

// The date is only where counting begins.
const everyHour = `
    <TimeTrigger>
      <Repetition><Interval>PT1H</Interval></Repetition>
      <StartBoundary>2026-01-01T00:00:00</StartBoundary>
    </TimeTrigger>`;

/** S-1-5-18 is SYSTEM in every language. No limit of time: the scheduler's own would end the program after three days. */
export const taskXml = ({
  program,
  args,
  description,
  hourly,
}: ScheduledTask): string => `<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo><Description>${escaped(description)}</Description></RegistrationInfo>
  <Triggers>
    <BootTrigger />${hourly ? everyHour : ''}
  </Triggers>
  <Principals>
    <Principal id="System"><UserId>S-1-5-18</UserId><RunLevel>HighestAvailable</RunLevel></Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <StartWhenAvailable>true</StartWhenAvailable>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
    <Priority>5</Priority>
  </Settings>
  <Actions Context="System">
    <Exec><Command>${escaped(program)}</Command><Arguments>${escaped(argumentLine(args))}</Arguments></Exec>
  </Actions>
</Task>
`;
