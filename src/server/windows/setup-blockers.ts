import type {SetupBlocker} from '../server.ts';
import {exchangeKey, installPathOf} from './exchange-installation.ts';
import {numberIn, type Registry, textIn} from './registry.ts';

/*
 * Signs that Exchange is being installed or that an installation ended half way. A service that setup has disabled has no
 * original state that could be given back, so nothing is changed while one of these holds.
 */

const installers = ['ExSetup.exe', 'ExSetupUI.exe', 'msiexec.exe'];

const running = (images: ReadonlySet<string>): readonly SetupBlocker[] =>
  installers
    .filter((image) => images.has(image.toLowerCase()))
    .map((image) => ({
      code: 'SETUP.RUNNING',
      evidence:
        image === 'msiexec.exe'
          ? 'msiexec.exe runs (the Windows Installer; it ends by itself some minutes after an installation)'
          : `${image} runs`,
    }));

/** Setup leaves where it stopped at the key of the role that it was installing, and goes on there next time. */
const watermarks = (registry: Registry): readonly SetupBlocker[] =>
  (registry.subkeys(exchangeKey) ?? []).flatMap((role) => {
    const watermark = textIn(registry, `${exchangeKey}\\${role}`, 'Watermark');
    if (watermark === undefined) return [];
    const evidence = `setup stopped in ${role} (HKLM\\${exchangeKey}\\${role}, Watermark "${watermark}")`;
    return [{code: 'SETUP.WATERMARK', evidence}];
  });

const rebootKeys = [
  'SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Component Based Servicing\\RebootPending',
  'SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\WindowsUpdate\\Auto Update\\RebootRequired',
];
const sessionManager = 'SYSTEM\\CurrentControlSet\\Control\\Session Manager';

/**
 * Virus scanners and printer drivers leave renames for the next start all the time; those of Exchange's own files were
 * left by its setup.
 */
const pendingRename = (registry: Registry): string | undefined => {
  const folder = installPathOf(registry)?.toLowerCase();
  const renames = registry.value(sessionManager, 'PendingFileRenameOperations');
  if (folder === undefined || !Array.isArray(renames)) return undefined;
  return renames.find((path: string) => path.toLowerCase().includes(folder))?.replace(/^!?\\\?\?\\/, '');
};

const reboots = (registry: Registry): readonly SetupBlocker[] => {
  const file = pendingRename(registry);
  const evidence = [
    ...rebootKeys.filter((key) => registry.subkeys(key) !== undefined).map((key) => `HKLM\\${key} is there`),
    ...(file === undefined ? [] : [`${file} is replaced at the next start`]),
  ];
  return evidence.map((each) => ({code: 'SETUP.REBOOT_PENDING', evidence: `a restart is pending: ${each}`}));
};

const servicesKey = 'SYSTEM\\CurrentControlSet\\Services';
const disabled = 4;

const disabledServices = (registry: Registry): readonly SetupBlocker[] => {
  const names = (registry.subkeys(servicesKey) ?? []).filter((name) => /^MSExchange/i.test(name));
  // Performance counters have keys here too, without a start type: they are no services.
  const starts = names.flatMap((name) => numberIn(registry, `${servicesKey}\\${name}`, 'Start') ?? []);
  const off = starts.filter((start) => start === disabled).length;
  if (off * 2 <= starts.length) return [];
  return [{code: 'SETUP.SERVICES_DISABLED', evidence: `${off} of ${starts.length} Exchange services are disabled`}];
};

/** @param images names of the processes that run, in lower case */
export const findSetupBlockers = (registry: Registry, images: ReadonlySet<string>): readonly SetupBlocker[] => [
  ...running(images),
  ...watermarks(registry),
  ...reboots(registry),
  ...disabledServices(registry),
];
