import {attributeValue, type XmlElement} from '../../../iis/text/xml-node.ts';
import {native, win32} from './fault.ts';
import type {Layer} from './layers.ts';
import {faultAt} from './locks.ts';
import type {CollectionSchema, ElementSchema} from './schema-model.ts';
import {checkValue} from './values.ts';

const generic = new Set([
  'lockItem',
  'lockAttributes',
  'lockElements',
  'lockAllAttributesExcept',
  'lockAllElementsExcept',
  'configSource',
  'configProtectionProvider',
  'childSource',
  'xmlns',
]);

type File = Pick<Layer, 'file' | 'document'>;

const checkAttributes = (schema: ElementSchema, element: XmlElement, file: File): void => {
  for (const {name, value} of element.attributes) {
    const known = schema.attributes[name];
    if (known) {
      const checked = checkValue(known, value);
      if (!checked.ok) {
        throw faultAt(file, element, `The '${name}' attribute is invalid.  ${checked.reason}\r\n`, win32.invalidData);
      }
    } else if (!schema.open && !generic.has(name) && !name.includes(':')) {
      throw faultAt(file, element, native.unknownAttribute(name), win32.invalidData);
    }
  }
};

const checkRequired = (schema: ElementSchema, element: XmlElement, file: File): void => {
  for (const [name, attribute] of Object.entries(schema.attributes)) {
    if (attribute.required && attributeValue(element, name) === undefined) {
      throw faultAt(file, element, native.missingAttribute(name), win32.invalidData);
    }
  }
};

const checkCollectionChild = (collection: CollectionSchema, child: XmlElement, file: File): boolean => {
  if (child.name === collection.add) {
    checkRequired(collection.item, child, file);
    validateElement(collection.item, child, file);
    return true;
  }
  return child.name === collection.remove || child.name === collection.clear || child.name === collection.defaults;
};

/** @throws ConfigFault at the first attribute or element that the schema does not know or allow */
export const validateElement = (schema: ElementSchema, element: XmlElement, file: File): void => {
  checkAttributes(schema, element, file);
  for (const child of element.children) {
    const known = schema.elements[child.name];
    if (known) validateElement(known, child, file);
    else if (!(schema.collection && checkCollectionChild(schema.collection, child, file)) && !schema.open) {
      throw faultAt(file, child, native.unknownElement(child.name), win32.invalidData);
    }
  }
};
