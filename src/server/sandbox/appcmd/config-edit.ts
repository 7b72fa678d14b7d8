import {fullName, parseConfigPath} from '../config/config-path.ts';
import {declarationsOf, findDeclaration} from '../config/declarations.ts';
import {SectionEditor} from '../config/section-editor.ts';
import {type CommitTarget, commitTarget} from './commit-target.ts';
import {fail} from './failure.ts';
import {parseEditPath} from './indexer.ts';
import {moveToLocation, overrideModeOfOption} from './lock-config.ts';
import {failure, success} from './messages.ts';
import {checkWritable, clearSection, declarationOf, editSection, parseEdit} from './section-edits.ts';
import {commit, type Session} from './session.ts';

/** The full name of the section that `/section:` names; appcmd also takes it as the first property, `list config /section:x`. */
export const sectionOf = (session: Session): string => {
  const given = session.command.options.get('section');
  if (given === undefined || given === '') return fail(failure.missingSection);
  const declaration = findDeclaration(declarationsOf(session.world), given);
  return declaration?.section ?? fail(failure.unknownSection, given);
};

interface Opened extends CommitTarget {
  readonly editor: SectionEditor;
  readonly path: string;
}

const open = (session: Session): Opened => {
  const {world, command} = session;
  const section = sectionOf(session);
  const target = parseConfigPath(world, command.identifier ?? '');
  const commitTo = commitTarget(world, {target, section, commit: command.options.get('commit')});
  return {...commitTo, editor: new SectionEditor(world, commitTo.to), path: fullName(target)};
};

export const setConfig = (session: Session): void => {
  const {command} = session;
  const {editor, name, path} = open(session);
  const overrideMode = overrideModeOfOption(command.options.get('overridemode'));
  if (command.parameters.length === 0 && overrideMode === undefined) fail(failure.noEdits);
  checkWritable(editor, declarationOf(editor));
  editSection(
    editor,
    command.parameters.map(({text}) => parseEdit(text)),
  );
  if (overrideMode) moveToLocation(editor, overrideMode);
  commit(session, success.applied.text(editor.to.section, path, name));
};

export const clearConfig = (session: Session): void => {
  const {editor, path} = open(session);
  const [part] = session.command.parameters;
  checkWritable(editor, declarationOf(editor));
  clearSection(editor, part && parseEditPath(part.text));
  commit(session, success.cleared.text(editor.to.section, path));
};
