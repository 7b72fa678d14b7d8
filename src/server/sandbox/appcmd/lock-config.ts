import {attributeValue, childrenNamed, type XmlElement} from '../../../iis/text/xml-node.ts';
import {fullName, parseConfigPath} from '../config/config-path.ts';
import {declarationsOf, findDeclaration} from '../config/declarations.ts';
import {locationLevel} from '../config/layers.ts';
import {SectionEditor} from '../config/section-editor.ts';
import {sectionElements} from '../config/topology.ts';
import {copyOf, type NewElement} from '../config/writer.ts';
import {commitTarget} from './commit-target.ts';
import {fail} from './failure.ts';
import {failure, success} from './messages.ts';
import {commit, type Session} from './session.ts';

export type OverrideMode = 'Allow' | 'Deny' | 'Inherit';

export const overrideModeOfOption = (value: string | undefined): OverrideMode | undefined => {
  if (value === undefined) return undefined;
  const known = (['Allow', 'Deny', 'Inherit'] as const).find((mode) => mode.toLowerCase() === value.toLowerCase());
  return known ?? fail(failure.badValue, 'overrideMode', value, 'Enum must be one of Inherit, Allow, Deny');
};

const wrapped = (names: readonly string[], section: NewElement): NewElement =>
  names.toReversed().reduce<NewElement>((inner, name) => ({name, attributes: [], children: [inner]}), section);

const locationsOf = (editor: SectionEditor): readonly XmlElement[] =>
  childrenNamed(editor.document().root, 'location').filter(
    (location) =>
      locationLevel(editor.to.fileLevel, location).toLowerCase() === editor.to.target.path.toLowerCase() &&
      sectionElements(location, editor.to.section).length > 0,
  );

/**
 * Puts the section under a `<location overrideMode>` of its own, as a real server's file shows it after an unlock:
 * what the section held moves into the location.
 */
export const moveToLocation = (editor: SectionEditor, mode: OverrideMode): void => {
  const [location] = locationsOf(editor);
  const holdsMore = location && location.children.flatMap(({children}) => children).length > 1;
  if (location && (!holdsMore || attributeValue(location, 'overrideMode') === mode)) {
    editor.setAttribute(location, 'overrideMode', mode);
    return;
  }
  const names = editor.to.section.split('/');
  const section = editor.section();
  const content: NewElement = section ? copyOf(section) : {name: names.at(-1) ?? '', attributes: [], children: []};
  if (section) editor.remove(section);
  const path = editor.to.target.path.slice(editor.to.fileLevel === '' ? 0 : editor.to.fileLevel.length + 1);
  editor.insert(editor.document().root, {
    name: 'location',
    attributes: [
      ['path', path],
      ['overrideMode', mode],
    ],
    children: [wrapped(names.slice(0, -1), content)],
  });
};

/** `lock config` and `unlock config`: delegation of a section, written to applicationHost.config unless told otherwise. */
export const lockConfig = (session: Session, mode: 'Allow' | 'Deny'): void => {
  const {world, command} = session;
  const given = command.options.get('section') ?? fail(failure.missingSection);
  const declaration = findDeclaration(declarationsOf(world), given) ?? fail(failure.unknownSection, given);
  const {section} = declaration;
  const target = parseConfigPath(world, command.identifier ?? '');
  const {to} = commitTarget(world, {target, section, commit: command.options.get('commit') ?? 'apphost'});
  moveToLocation(new SectionEditor(world, to), mode);
  const message = mode === 'Allow' ? success.unlocked : success.locked;
  commit(session, message.text(section, fullName(target)));
};
