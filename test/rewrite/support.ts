import type {ElementSpec} from '../../src/iis/element-spec.ts';
import {parseXml} from '../../src/iis/text/parse-xml.ts';
import {toSpec} from '../../src/iis/to-spec.ts';
import {emptyLevel, type RewriteLevel, type SourcedElement} from '../../src/rewrite/model.ts';

/** The root element of an XML text. */
export const xml = (text: string): ElementSpec => toSpec(parseXml(text).root);

/** The elements of an XML text, each with the line that it begins on, all owned by one level. */
export const elements = (text: string, configPath: string, file = `${configPath}\\web.config`): SourcedElement[] => {
  const document = parseXml(`<items>${text}</items>`);
  return document.root.children.map((child) => ({
    element: toSpec(child),
    source: {file, line: document.text.slice(0, child.start).split('\n').length, configPath},
  }));
};

export const site = 'Default Web Site';

/** A level with rules of the site root. */
export const siteLevel = (rules: string, others: Partial<RewriteLevel> = {}): RewriteLevel => ({
  ...emptyLevel(site),
  rules: elements(rules, site),
  ...others,
});

export const abortRule = (input: string, pattern: string, name = 'rule'): string => `
  <rule name="${name}" stopProcessing="true"><match url=".*" />
    <conditions><add input="${input}" pattern="${pattern}" /></conditions><action type="AbortRequest" /></rule>`;

export const m1 = {
  input: '{UrlDecode:{REQUEST_URI}}',
  pattern: '(?=.*autodiscover)(?=.*powershell)',
};

export const m2 = {
  preCondition: `<preCondition name="P" logicalGrouping="MatchAll" patternSyntax="ECMAScript">
    <add input="{RESPONSE_CONTENT_TYPE}" pattern="^text/html" />
    <add input="{REQUEST_URI}" pattern="^/owa/?($|\\?|default\\.aspx|projection\\.aspx|readingPane\\.aspx|popout\\.aspx)" />
  </preCondition>`,
  rule: `<rule name="R" preCondition="P" patternSyntax="ECMAScript" stopProcessing="false">
    <match serverVariable="RESPONSE_Content_Security_Policy" pattern="(.*)" />
    <action type="Rewrite" value="{R:1}; script-src-attr 'none'" /></rule>`,
};
