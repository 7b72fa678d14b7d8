import {attributeText} from './value.ts';
import type {XmlAttribute} from './xml-node.ts';

/* Start tags that the scanner has found to be well-formed: what ends a name is all that there is to know. */

const behindSpaces = (tag: string, from: number): number => {
  let at = from;
  while (tag.charCodeAt(at) <= 0x20) at++;
  return at;
};

const endsName = (code: number): boolean => code <= 0x20 || code === 0x2f || code === 0x3d || code === 0x3e;

/** Behind a name, of which there may be none: white space, `=`, `/` and `>` end it. */
const behindName = (tag: string, from: number): number => {
  let at = from;
  while (at < tag.length && !endsName(tag.charCodeAt(at))) at++;
  return at;
};

/** Whether a tag of that name begins with this text: `<`, the name, and what ends it. */
export const isStartOf = (text: string, name: string): boolean =>
  text.startsWith(name, 1) && behindName(text, name.length + 1) === name.length + 1;

export const nameOf = (tag: string): string => tag.slice(1, behindName(tag, 1));

/** The value of one attribute. */
export const valueIn = (tag: string, name: string): string | undefined => {
  let at = behindSpaces(tag, behindName(tag, 1));
  for (let nameEnd = behindName(tag, at); nameEnd > at; nameEnd = behindName(tag, at)) {
    const quote = behindSpaces(tag, behindSpaces(tag, nameEnd) + 1);
    const valueEnd = tag.indexOf(tag.charAt(quote), quote + 1);
    if (nameEnd - at === name.length && tag.startsWith(name, at)) return attributeText(tag.slice(quote + 1, valueEnd));
    at = behindSpaces(tag, valueEnd + 1);
  }
  return undefined;
};

/** @param start where the tag stands in its document */
export const attributesOf = (tag: string, start: number): readonly XmlAttribute[] => {
  const attributes: XmlAttribute[] = [];
  let at = behindSpaces(tag, behindName(tag, 1));
  for (let nameEnd = behindName(tag, at); nameEnd > at; nameEnd = behindName(tag, at)) {
    const quote = behindSpaces(tag, behindSpaces(tag, nameEnd) + 1);
    const valueEnd = tag.indexOf(tag.charAt(quote), quote + 1);
    attributes.push({
      name: tag.slice(at, nameEnd),
      value: attributeText(tag.slice(quote + 1, valueEnd)),
      start: start + at,
      end: start + valueEnd + 1,
      valueStart: start + quote + 1,
      valueEnd: start + valueEnd,
    });
    at = behindSpaces(tag, valueEnd + 1);
  }
  return attributes;
};
