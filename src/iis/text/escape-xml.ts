/**
 * An attribute value as IIS's writer puts it between double quotes. A tab, newline or carriage return becomes a
 * character reference, so that it survives the normalization of the next reader.
 */
export const escapeAttribute = (value: string): string =>
  value
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\t', '&#x9;')
    .replaceAll('\n', '&#xA;')
    .replaceAll('\r', '&#xD;');
