import {parseXml} from '../../../iis/text/parse-xml.ts';
import {XmlError} from '../../../iis/text/xml-error.ts';
import {attributeValue, type XmlElement} from '../../../iis/text/xml-node.ts';
import {serverLevel} from '../config/config-path.ts';
import {poolsSection, sitesSection} from '../config/schema-hosting.ts';
import {apphostTarget, SectionEditor} from '../config/section-editor.ts';
import {poolsOf, sitesOf} from '../config/world.ts';
import {copyOf} from '../config/writer.ts';
import type {AppcmdCommand} from './command.ts';
import {fail} from './failure.ts';
import {failure, success} from './messages.ts';
import {commit, type Session} from './session.ts';

/*
 * `/in`: objects come from standard input, as `list ... /xml` prints them, and the command runs for each in turn (D). That
 * it ends with the first one that fails is assumed (?): nothing is said of it.
 */

const elementsOf = (input: string): readonly XmlElement[] => {
  try {
    // A shell may put a byte order mark before what it passes on.
    const {root} = parseXml(input.replace(/^\uFEFF/, ''));
    return root.name === 'appcmd' ? root.children : fail(failure.dataInvalid);
  } catch (error) {
    if (error instanceof XmlError) return fail(failure.dataInvalid);
    throw error;
  }
};

/** The objects above another one: sites name their applications, those their directories. */
const owners = ['VDIR', 'APP', 'SITE', 'APPPOOL'] as const;

/** The command for one object of the input: by its name, else by what it belongs to (`list app /in` of sites). */
const commandFor = (command: AppcmdCommand, element: XmlElement): AppcmdCommand => {
  const name = attributeValue(element, `${command.object}.NAME`);
  if (name !== undefined) return {...command, identifier: name};
  const owner = owners.find((object) => attributeValue(element, `${object}.NAME`) !== undefined);
  if (command.verb !== 'list' || !owner) return fail(failure.noIdentifier, command.object);
  const filter = {text: `${owner}.NAME:${attributeValue(element, `${owner}.NAME`)}`};
  return {...command, parameters: [...command.parameters, filter]};
};

export interface InputCommand {
  readonly command: AppcmdCommand;
  /** The configuration of the object, where the list was made with /config. */
  readonly config: XmlElement | undefined;
}

/** One command for each object of the input. @throws AppcmdFailure */
export const commandsOf = (command: AppcmdCommand, input: string): readonly InputCommand[] =>
  elementsOf(input).map((element) => ({command: commandFor(command, element), config: element.children[0]}));

/** `add site /in` and `add apppool /in`: the object with all of its configuration, as `list ... /config /xml` gave it. */
export const addFromInput = (session: Session, config: XmlElement | undefined): void => {
  const {command, world} = session;
  const content = config ?? fail(failure.noIdentifier, command.object);
  const name = attributeValue(content, 'name') ?? fail(failure.noIdentifier, command.object);
  // Of what stands inside of a site no input is documented.
  if (command.object !== 'SITE' && command.object !== 'APPPOOL') fail(failure.notImplemented);
  const section = command.object === 'SITE' ? sitesSection : poolsSection;
  const known = command.object === 'SITE' ? sitesOf(world) : poolsOf(world);
  if (known.some((one) => one.name.toLowerCase() === name.toLowerCase())) fail(failure.duplicateObject, name);
  const editor = new SectionEditor(world, apphostTarget(world, serverLevel, section));
  editor.insert(editor.ensureSection(), copyOf(content));
  commit(session, success.added.text(command.object, name));
};
