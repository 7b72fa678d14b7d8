import type {Certificate} from './certificate.ts';
import type {CertificatePath} from './validate-path.ts';

const longest = 8;
const most = 32;
const mostSteps = 500;

/**
 * All paths from the leaf to one of the anchors by name, shortest issuer lists first, each certificate at most once.
 * Authorities may share a name (a renewed key), so the first match is not always the right one. The limits keep a bag
 * of look-alikes from costing time.
 */
export const candidatePaths = (
  leaf: Certificate,
  pool: readonly Certificate[],
  anchors: readonly Certificate[],
): readonly CertificatePath[] => {
  const found: CertificatePath[] = [];
  let steps = 0;
  const walk = (below: readonly Certificate[]): void => {
    const top = below[0];
    if (!top || found.length >= most || ++steps > mostSteps) return;
    for (const anchor of anchors) {
      if (anchor.subject.key === top.issuer.key && found.length < most) found.push({anchor, certificates: below});
    }
    if (below.length >= longest) return;
    for (const issuer of pool) {
      const used =
        below.some(({sha256}) => sha256 === issuer.sha256) || anchors.some(({sha256}) => sha256 === issuer.sha256);
      if (!used && issuer.subject.key === top.issuer.key) walk([issuer, ...below]);
    }
  };
  if (!anchors.some(({sha256}) => sha256 === leaf.sha256)) walk([leaf]);
  return found;
};
