/**
 * The arguments that the C runtime makes of a command line (Microsoft, "Parsing C command-line arguments"; the rules since
 * 2008, by which a doubled quote inside of quotes is a quote). The first one, the program, knows no backslash.
 */
export const argvOf = (line: string): readonly string[] => {
  const [, quoted, bare = ''] = /^(?:"([^"]*)"?|(\S*))/.exec(line) ?? [];
  const program = quoted ?? bare;
  const rest = line.slice(quoted === undefined ? bare.length : quoted.length + 2);
  return [program, ...argumentsOf(rest)];
};

const argumentsOf = (text: string): readonly string[] => {
  const found: string[] = [];
  let at = 0;
  while (at < text.length) {
    while (isBlank(text[at])) at++;
    if (at >= text.length) break;
    const {value, end} = argumentAt(text, at);
    found.push(value);
    at = end;
  }
  return found;
};

const isBlank = (char: string | undefined): boolean => char === ' ' || char === '\t';

const argumentAt = (text: string, from: number): {readonly value: string; readonly end: number} => {
  let value = '';
  let quoted = false;
  let at = from;
  while (at < text.length && (quoted || !isBlank(text[at]))) {
    const [slashes = ''] = /^\\*/.exec(text.slice(at)) ?? [];
    at += slashes.length;
    if (text[at] !== '"') {
      // Backslashes are themselves but before a quote.
      value += slashes + (slashes === '' ? text[at] : '');
      if (slashes === '') at++;
      continue;
    }
    value += '\\'.repeat(Math.floor(slashes.length / 2));
    at++;
    if (slashes.length % 2 === 1) value += '"';
    else if (quoted && text[at] === '"') {
      value += '"';
      at++;
    } else quoted = !quoted;
  }
  return {value, end: at};
};
