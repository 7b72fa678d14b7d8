import {hostingSections} from './schema-hosting.ts';
import {type ElementSchema, element, flag, listOf, openElement, openSection, text} from './schema-model.ts';
import {rewriteSections} from './schema-rewrite.ts';

const nameValue = element({name: text({required: true, key: 'unique'}), value: text()});
const headers = element({}, {collection: listOf('add', nameValue)});
const open = (key: string): ElementSchema => ({
  ...openElement,
  attributes: {[key]: text({required: true, key: 'unique'})},
});

const serverSections: Readonly<Record<string, ElementSchema>> = {
  'system.webServer/httpProtocol': element(
    {allowKeepAlive: flag(true)},
    {elements: {customHeaders: headers, redirectHeaders: headers}},
  ),
  'system.webServer/modules': {...openSection, collection: listOf('add', open('name'))},
  'system.webServer/handlers': {...openSection, collection: listOf('add', open('name'))},
  'system.webServer/globalModules': {...openSection, collection: listOf('add', open('name'))},
  'system.webServer/defaultDocument': element(
    {enabled: flag(true)},
    {
      elements: {
        files: element({}, {collection: listOf('add', element({value: text({required: true, key: 'unique'})}))}),
      },
    },
  ),
};

const sections: Readonly<Record<string, ElementSchema>> = {...rewriteSections, ...hostingSections, ...serverSections};

/** What the section may hold; open where its schema is not in the tables. */
export const schemaOf = (section: string): ElementSchema =>
  Object.hasOwn(sections, section) ? (sections[section] ?? openSection) : openSection;

/** Sections whose content a request makes IIS read and check. */
export const checkedSections: readonly string[] = [...Object.keys(rewriteSections), ...Object.keys(serverSections)];
