import type {ElementSpec} from '../iis/element-spec.ts';

/*
 * A mitigation: what must become true on a server, for which builds, and why. It is portable: no server stands in it.
 * It comes from one `Config` of a verified feed or from one YAML file of the catalogue.
 */

export type Product = 'Exchange2013' | 'Exchange2016' | 'Exchange2019' | 'ExchangeSE';

/** The affected builds of one cumulative update. Builds are compared inside their lane, the third component. */
export interface BuildLane {
  readonly product: Product;
  /** `CU12`, `RTM` */
  readonly cu: string;
  /** The first affected build of the lane, `15.2.1118.7`. */
  readonly from: string;
  /** The first build that carries the fix; `undefined`: the lane never got one. */
  readonly fixedIn: string | undefined;
  /** The first build on which the vendor says to take the mitigation away; later than `fixedIn` for M2. */
  readonly removableFrom: string | undefined;
}

/** The part of URL Rewrite's configuration that an item goes to. */
export type RewriteSection = 'rules' | 'globalRules' | 'outboundRules' | 'allowedServerVariables' | 'rewriteMaps';

/** One element of a rewrite section: a rule, a precondition, an allowed server variable, a rewrite map. */
export interface RewriteItem {
  readonly section: RewriteSection;
  /** The collection inside of the section: '' for its own, `preConditions` inside of outboundRules. */
  readonly collection: '' | 'preConditions';
  readonly element: ElementSpec;
}

/** Managed Availability would start what we stop: it is switched off first, in this order, and on again in the opposite one. */
export interface Monitoring {
  /** Names of services in the order in which they stop: the one that restarts the other comes first. */
  readonly services: readonly string[];
  /** Image names of the workers that must be gone before anything else is stopped. */
  readonly workers: readonly string[];
}

interface ActionBase {
  /** `M1.1`: the mitigation and the number of the action. */
  readonly id: string;
  readonly description: string;
}

export interface RewriteAction extends ActionBase {
  readonly kind: 'rewrite';
  readonly scope: 'Server' | 'Site' | 'VDir';
  /** Configuration path below the server: '' for the server, `Default Web Site`, `Default Web Site/owa`. */
  readonly target: string;
  readonly items: readonly RewriteItem[];
}

export interface ServiceAction extends ActionBase {
  readonly kind: 'service';
  readonly service: string;
  readonly monitoring: Monitoring | undefined;
}

export interface AppPoolAction extends ActionBase {
  readonly kind: 'app-pool';
  readonly pool: string;
  readonly monitoring: Monitoring | undefined;
}

/** The heartbeat of the feed: proves that the chain from the publisher to the server works. */
export interface NothingAction extends ActionBase {
  readonly kind: 'nothing';
}

export type Action = RewriteAction | ServiceAction | AppPoolAction | NothingAction;

/** A request whose fate the mitigation is about. */
export interface ProbeRequest {
  readonly method: string;
  /** Path and query as sent, `/autodiscover/autodiscover.json?@a.b/powershell`. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Why this one: which attack, which ordinary use. */
  readonly why: string;
}

export interface Notes {
  /** What is known to break or misbehave while it is on. */
  readonly sideEffects: readonly string[];
  /** Whom it reaches beyond the obvious: both sites, requests of other servers, this server only. */
  readonly reach: readonly string[];
  /** What a person loses while it is on. */
  readonly losses: readonly string[];
  readonly rollback: string;
  /** A narrower way to the same end, where there is one. */
  readonly alternative: string | undefined;
  readonly sources: readonly string[];
}

export interface Mitigation {
  readonly id: string;
  readonly description: string;
  readonly cves: readonly string[];
  /** Empty: every build. */
  readonly appliesTo: readonly BuildLane[];
  readonly actions: readonly Action[];
  readonly notes: Notes;
  readonly blocked: readonly ProbeRequest[];
  readonly passed: readonly ProbeRequest[];
}
