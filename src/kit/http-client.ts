/*
 * To be imported by `import()`, where most runs need no network. A package in CommonJS has no named exports when the
 * bundler puts it behind an import() of its own; behind this file it has.
 */
export {Agent, ProxyAgent, request} from 'undici';
