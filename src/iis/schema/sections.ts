import type {ElementSchema} from './model.ts';
import {applicationPools} from './pools.ts';
import {globalModules, ipSecurity, modules, requestFiltering} from './server-sections.ts';
import {sites} from './sites.ts';

/** Sections by their full name. */
export type SectionSchemas = Readonly<Record<string, ElementSchema>>;

/** What is known without a look at a server. URL Rewrite brings its own sections. */
export const builtInSchemas: SectionSchemas = {
  'system.applicationHost/applicationPools': applicationPools,
  'system.applicationHost/sites': sites,
  'system.webServer/globalModules': globalModules,
  'system.webServer/modules': modules,
  'system.webServer/security/requestFiltering': requestFiltering,
  'system.webServer/security/ipSecurity': ipSecurity,
};
