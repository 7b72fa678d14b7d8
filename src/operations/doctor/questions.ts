import {agent} from './agent.ts';
import {appcmd} from './appcmd.ts';
import {applications} from './applications.ts';
import {clock} from './clock.ts';
import {disk} from './disk.ts';
import {elevation} from './elevation.ts';
import {emService} from './em-service.ts';
import {endpoint} from './endpoint.ts';
import {exchangeBuild} from './exchange-build.ts';
import {exchangeRole} from './exchange-role.ts';
import {feed} from './feed.ts';
import {feedAge} from './feed-age.ts';
import {furtherSites} from './further-sites.ts';
import {iisConfiguration} from './iis-configuration.ts';
import {proxies} from './proxies.ts';
import type {AnyQuestion} from './question.ts';
import {revocationHosts} from './revocation-hosts.ts';
import {runs} from './runs.ts';
import {settingsQuestion} from './settings.ts';
import {setup} from './setup.ts';
import {stateFolder} from './state-folder.ts';
import {tls} from './tls.ts';
import {trustEnds} from './trust-ends.ts';
import {trustList} from './trust-list.ts';
import {urlRewrite} from './url-rewrite.ts';
import {webServer} from './web-server.ts';

/** Everything that is asked, in the order in which a person would: the server, Exchange, the feed, stopgap itself. */
export const questions: readonly AnyQuestion[] = [
  ...[elevation, webServer, appcmd, urlRewrite, iisConfiguration, applications],
  ...[exchangeRole, exchangeBuild, setup, furtherSites, emService],
  ...[proxies, endpoint, tls, clock, feed, revocationHosts, trustList, trustEnds, feedAge],
  ...[settingsQuestion, stateFolder, disk, runs, agent],
];
