import {bad, type Diagnosis, good, unknown} from './diagnosis.ts';
import {question} from './question.ts';

/*
 * The package that outbound rules need (EOMTv2 asks for it too) calls itself 7.2.1993, and the rewrite.dll that it brings
 * 7.1.1993: of both the third number tells which it is.
 */
const needed = 1993;

const install = {
  label: 'Install URL Rewrite 2.1 (package 7.2.1993 or newer) from https://www.iis.net/downloads/microsoft/url-rewrite',
};

/** @param version of rewrite.dll */
export const judgeUrlRewrite = (version: string | undefined): Diagnosis => {
  if (version === undefined) {
    return bad('not installed: IIS would answer every request 500.19 where a rewrite rule stands', install);
  }
  const third = Number(version.split('.')[2]);
  if (!Number.isInteger(third)) return unknown(`rewrite.dll says "${version}", which is no version`, install);
  return third >= needed
    ? good(`rewrite.dll ${version}`)
    : bad(`rewrite.dll ${version}, older than that of package 7.2.1993: outbound rules (M2) need it`, install);
};

export const urlRewrite = question({
  ...{id: 'url-rewrite', title: 'URL Rewrite', of: 'server'},
  look: async ({facts}) => (await facts()).urlRewriteVersion,
  judge: judgeUrlRewrite,
});
