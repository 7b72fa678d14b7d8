import {XmlError} from '../iis/text/xml-error.ts';
import {Refusal} from '../kit/refusal.ts';
import {readYaml, type YamlSource} from '../kit/yaml-source.ts';
import {type CatalogueFile, catalogueFile} from './catalogue-schema.ts';
import type {Mitigation, RewriteItem} from './model.ts';
import {readRewriteValue} from './read-value.ts';
import {checkSections} from './section-scope.ts';
import {toMitigation} from './to-mitigation.ts';
import {positionInValue} from './value-position.ts';

const code = 'CATALOGUE.INVALID';

const invalidValue = (source: YamlSource, action: number, error: XmlError): Refusal => {
  const {line, column, exact} = positionInValue(source.text, ['actions', action, 'value'], error.offset);
  const reason = exact ? error.reason : `${error.message} (counted inside of the value)`;
  return new Refusal(code, `${source.file}:${line}:${column}: ${reason}`, {
    where: {file: source.file, line, column},
    next: [{label: 'Correct the file and try again'}],
  });
};

const itemsOf = (source: YamlSource, file: CatalogueFile, index: number): readonly RewriteItem[] => {
  const action = file.actions[index];
  if (action?.type !== 'UrlRewrite') return [];
  try {
    const items = readRewriteValue(action.value);
    const fault = checkSections(items, action.scope);
    if (fault) throw new XmlError(fault, action.value, Math.max(action.value.indexOf('<rewrite'), 0));
    return items;
  } catch (error) {
    if (error instanceof XmlError) throw invalidValue(source, index, error);
    throw error;
  }
};

/**
 * A mitigation from one file of the catalogue.
 * @throws Refusal CATALOGUE.INVALID with file, line, column and reason, also for what is wrong inside of the XML
 */
export const readCatalogueFile = (source: YamlSource): Mitigation => {
  const file = readYaml(source, catalogueFile, code);
  return toMitigation(file, (action) => itemsOf(source, file, action));
};
