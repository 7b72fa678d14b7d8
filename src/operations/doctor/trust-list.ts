import {download} from '../../feed/network.ts';
import {isRefusal, type Refusal} from '../../kit/refusal.ts';
import {networkOf} from '../network.ts';
import {type Diagnosis, good, notApplicable, warn} from './diagnosis.ts';
import {orRefusal} from './or-refusal.ts';
import {question} from './question.ts';

/** Where Windows gets the list of roots that it trusts; the EM service and TLS depend on it. */
const host = 'ctldl.windowsupdate.com';
const address = `http://${host}/msdownload/update/v3/static/trustedr/en/authrootstl.cab`;

export const judgeTrustList = (seen: 'had' | 'no-windows' | Refusal): Diagnosis => {
  if (seen === 'no-windows') return notApplicable('only Windows renews its trusted roots from there');
  if (seen === 'had') return good(`had from ${host}`);
  return warn(`${seen.message} [${seen.code}]`, {
    label: `Allow port 80 outbound to ${host}, or renew the trusted roots by other means: TLS stops working when they end`,
  });
};

export const trustList = question({
  ...{id: 'trust-list', title: 'Trusted roots (CTL)', of: 'network'},
  look: async ({reader, network, usableSettings, deadlineMs}) => {
    if (reader.kind !== 'windows') return 'no-windows' as const;
    const {proxy} = await usableSettings();
    const rules = {protocols: ['http:'] as const, hosts: [host], limitBytes: 1024 * 1024, deadlineMs};
    const way = await networkOf({...network, proxy: network.proxy ?? proxy});
    const seen = await orRefusal(() => download(address, rules, way));
    return isRefusal(seen) ? seen : ('had' as const);
  },
  judge: judgeTrustList,
});
