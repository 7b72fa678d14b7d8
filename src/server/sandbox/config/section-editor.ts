import {attributeValue, childrenNamed, type XmlDocument, type XmlElement} from '../../../iis/text/xml-node.ts';
import type {ConfigPath} from './config-path.ts';
import {apphostRank, locationLevel} from './layers.ts';
import {sectionElements} from './topology.ts';
import type {World} from './world.ts';
import {insertChild, type NewElement, removeElement, writeAttribute} from './writer.ts';

/** Where a command writes: a file, and the level inside of it that its section is to speak for. */
export interface EditTarget {
  readonly file: string;
  /** Level of the file itself. */
  readonly fileLevel: string;
  readonly rank: number;
  readonly target: ConfigPath;
  readonly section: string;
}

const neutral = (location: XmlElement): boolean =>
  location.attributes.every(
    ({name, value}) =>
      name === 'path' ||
      (name === 'overrideMode' && value === 'Inherit') ||
      (name === 'inheritInChildApplications' && value.toLowerCase() === 'true'),
  );

/**
 * Edits one section in one file. Every call changes the text and parses it again, so that the offsets are always true;
 * an element that was asked for before a change must be asked for again.
 */
export class SectionEditor {
  readonly world: World;
  readonly to: EditTarget;

  constructor(world: World, to: EditTarget) {
    this.world = world;
    this.to = to;
  }

  document(): XmlDocument {
    return this.world.store.documentToWrite(this.to.file);
  }

  isOwnLevel(): boolean {
    return this.to.fileLevel.toLowerCase() === this.to.target.path.toLowerCase();
  }

  private locations(): readonly XmlElement[] {
    const wanted = this.to.target.path.toLowerCase();
    return childrenNamed(this.document().root, 'location').filter(
      (location) => locationLevel(this.to.fileLevel, location).toLowerCase() === wanted,
    );
  }

  /** The section where it stands: a section may stand only once for a level in a file, so wherever it is, it is the one. */
  section(): XmlElement | undefined {
    const scopes = [...(this.isOwnLevel() ? [this.document().root] : []), ...this.locations()];
    return scopes.flatMap((scope) => sectionElements(scope, this.to.section))[0];
  }

  /**
   * Makes the section and what must stand around it. Below the root where the file is the level's own, else inside of a
   * plain location of that path: one that says something about inheritance or locking would change what is written.
   */
  ensureSection(): XmlElement {
    const known = this.section();
    if (known) return known;
    if (this.isOwnLevel()) return this.ensurePath([], this.to.section.split('/'));
    if (!this.locations().some(neutral)) this.insert(this.document().root, this.newLocation());
    const index = this.document().root.children.findIndex(
      (child) => child.name === 'location' && this.locations().includes(child) && neutral(child),
    );
    return this.ensurePath([index], this.to.section.split('/'));
  }

  private newLocation(): NewElement {
    const {fileLevel, target} = this.to;
    const path = fileLevel === '' ? target.path : target.path.slice(fileLevel.length + 1);
    return {name: 'location', attributes: [['path', path]], children: []};
  }

  private ensurePath(at: readonly number[], names: readonly string[]): XmlElement {
    const scope = this.byIndex(at);
    // Of several groups of one name the one that leads furthest: what is in it already is not begun twice.
    const known = names.findLastIndex(
      (_, index) => sectionElements(scope, names.slice(0, index + 1).join('/')).length > 0,
    );
    const [start = scope] = known === -1 ? [] : sectionElements(scope, names.slice(0, known + 1).join('/'));
    return names.slice(known + 1).reduce((element, name) => this.insertNew(element, name), start);
  }

  private insertNew(parent: XmlElement, name: string): XmlElement {
    return this.insert(parent, {name, attributes: [], children: []});
  }

  /** The child of that name, made at the end of the element where it is missing. */
  ensureChild(parent: XmlElement, name: string): XmlElement {
    return childrenNamed(parent, name)[0] ?? this.insertNew(parent, name);
  }

  insert(parent: XmlElement, child: NewElement, before?: XmlElement): XmlElement {
    const at = indexPath(parent);
    const index = before ? parent.children.indexOf(before) : parent.children.length;
    this.apply(insertChild(this.document(), parent, child, before));
    return this.byIndex([...at, index]);
  }

  setAttribute(element: XmlElement, name: string, value: string): XmlElement {
    if (attributeValue(element, name) === value) return element;
    const at = indexPath(element);
    this.apply(writeAttribute(element, name, value));
    return this.byIndex(at);
  }

  remove(element: XmlElement): void {
    this.apply(removeElement(this.document(), element, this.world.description.behaviour.emptyParents));
  }

  private apply(edit: {at: number; remove: number; insert: string}): void {
    this.world.store.edit(this.to.file, edit);
  }

  private byIndex(path: readonly number[]): XmlElement {
    return path.reduce((element: XmlElement, index) => {
      const child = element.children[index];
      if (!child) throw new Error(`no child ${index} in <${element.name}>`);
      return child;
    }, this.document().root);
  }
}

/** The way from the root to the element, by position: it survives a parse. */
const indexPath = (element: XmlElement): readonly number[] =>
  element.parent ? [...indexPath(element.parent), element.parent.children.indexOf(element)] : [];

export const apphostTarget = (world: World, target: ConfigPath, section: string): EditTarget => ({
  file: world.apphost,
  fileLevel: '',
  rank: apphostRank,
  target,
  section,
});
