import type {Product} from '../../mitigation/model.ts';

/*
 * The lines of Exchange that still got updates in the second half of 2026, and the builds at which Exchange's own mitigation
 * service went blind where they are missing. Sources: Microsoft's list of build numbers, CSS-Exchange (HealthChecker), and
 * the Exchange team's announcements of March 2023 and June 2026.
 */

/** What the table was made of. */
export const knownUntil = '2026-10-07';

export interface UpdateLine {
  readonly product: Product;
  readonly cu: string;
  /** The build of the cumulative update itself, whose third number names the line. */
  readonly from: string;
  /** June 2026: older ones cannot use a configuration file that Microsoft published in July 2026 or later. */
  readonly june2026: string;
  /** The newest update that is known. */
  readonly newest: string;
}

export const updateLines: readonly UpdateLine[] = [
  {product: 'Exchange2016', cu: 'CU23', from: '15.1.2507.6', june2026: '15.1.2507.69', newest: '15.1.2507.75'},
  {product: 'Exchange2019', cu: 'CU14', from: '15.2.1544.4', june2026: '15.2.1544.41', newest: '15.2.1544.48'},
  {product: 'Exchange2019', cu: 'CU15', from: '15.2.1748.10', june2026: '15.2.1748.46', newest: '15.2.1748.53'},
  {product: 'ExchangeSE', cu: 'RTM', from: '15.2.2562.17', june2026: '15.2.2562.43', newest: '15.2.2562.53'},
];

/** March 2023: older ones cannot fetch any more, because the certificate of the endpoint is of another kind since. */
export const march2023: readonly string[] = ['15.2.1118.26', '15.2.986.42', '15.1.2507.23', '15.0.1497.48'];

/** The first cumulative updates that brought a mitigation service, of September 2021; Exchange 2013 never had one. */
export const firstWithService: Readonly<Partial<Record<Product, string>>> = {
  Exchange2016: '15.1.2375.7',
  Exchange2019: '15.2.986.5',
  ExchangeSE: '15.2.2562.17',
};
