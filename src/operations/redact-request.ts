import {sha256} from '../kit/hash.ts';
import {redact} from '../kit/redact.ts';
import type {SeenRequest} from '../rewrite/logs/tally.ts';
import type {Showing} from './impact-report.ts';

/* Requests name people: users, mail addresses, devices, clients. A short digest tells one from another without naming it. */

const mark = (what: string, text: string): string => `[${what} ${sha256(text.toLowerCase()).slice(0, 6)}]`;

const address = /[^\s/?&=@;,]+(?:@|%40)[^\s/?&=;,]+/gi;
const personal =
  /([?&;](?:user|username|email|mailboxid|mailbox|smtpaddress|deviceid|clientid|x-rps-cat|token|access_token|sid|cadata)=)([^&;\s]+)/gi;

const withoutPeople = (url: string): string =>
  url
    .replace(personal, (_, name: string, value: string) => `${name}${mark('value', value)}`)
    .replace(address, (found) => (found.startsWith('[') ? found : mark('address', found)));

/** Secrets never show, whatever was asked for. */
export const asLogged: Showing = {
  request: (seen) => ({...seen, url: redact(seen.url)}),
  key: (_, key) => key,
};

export const withoutNames: Showing = {
  request: (seen: SeenRequest) => ({
    ...seen,
    url: redact(withoutPeople(seen.url)),
    client: seen.client === '' ? '' : mark('client', seen.client),
    user: seen.user === '' ? '' : mark('user', seen.user),
  }),
  key: (dimension, key) => (dimension === 'client' && key !== '' && key !== '(others)' ? mark('client', key) : key),
};
