import {type Html, html} from './html-template.ts';
import type {Labelled} from './view.ts';

/** Labels and what they stand for, below each other however narrow the window is. */
export const facts = (rows: readonly Labelled[]): Html =>
  html`<dl>${rows.map(([label, text]) => html`<dt>${label}</dt><dd>${text}</dd>`)}</dl>`;
