import {defineCommand} from './command.ts';
import {networkFrom, proxyOption} from './network-options.ts';

/** Whether a server has what stopgap needs: every question with its evidence, and what puts it right. Reads only. */
export const doctorCommand = defineCommand({
  name: 'doctor',
  describe: 'Check everything that stopgap needs of a server, with evidence and remedy',
  builder: (yargs) =>
    yargs
      .option('offline', {type: 'boolean', default: false, describe: 'Ask nobody on the network'})
      .option('proxy', proxyOption)
      .option('timeout', {type: 'string', default: '20s', describe: 'How long one address may take'})
      .option('learn', {
        type: 'string',
        describe: 'Take in what docs/probe.ps1 has found out about appcmd.exe and sc.exe, and check nothing',
      })
      .option('detailed-exitcode', {type: 'boolean', default: false, describe: 'Exit code 2 where something is bad'}),
  run: async (args, io) => {
    if (args.learn !== undefined) {
      const {learnFrom} = await import('./doctor-learn.ts');
      return learnFrom(args.learn, args, io);
    }
    const {openReader, stateDirOf} = await import('./open-server.ts');
    const {parseDuration} = await import('./duration.ts');
    const {examineServer} = await import('../operations/doctor/examination.ts');
    const {doctorText} = await import('./doctor-text.ts');
    const {hereFrom} = await import('./here.ts');
    const deadlineMs = parseDuration(args.timeout);
    const examination = await examineServer({
      reader: await openReader(args, io),
      stateDir: stateDirOf(args, io),
      cwd: io.cwd,
      network: networkFrom(io, args.proxy),
      now: io.now,
      offline: args.offline,
      deadlineMs,
    });
    const isBad = examination.counts.bad > 0;
    return {
      code: isBad ? 'DOCTOR.BAD' : 'DOCTOR.GOOD',
      exitCode: isBad && args['detailed-exitcode'] ? 2 : 0,
      data: examination,
      text: doctorText(examination, io.stdout.columns ?? 110, hereFrom(args)),
    };
  },
});
