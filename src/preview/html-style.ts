import {Html} from './html-template.ts';

/*
 * The style of the HTML preview: one column that prints on A4, no font or picture from elsewhere. Every colour pair has a
 * contrast of at least 4.5:1 in both schemes; colour never carries a meaning alone, the symbols stand beside it.
 */
export const previewStyle = new Html(`
:root{color-scheme:light dark;--ink:#1b1f24;--soft:#57606a;--paper:#fff;--line:#d0d7de;--panel:#f6f8fa;
--add:#116329;--add-bg:#e6ffec;--cut:#a40e26;--cut-bg:#ffebe9;--turn:#7d4e00;--turn-bg:#fff8e5;--hunk:#0550ae}
@media screen and (prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9ea7b3;--paper:#0d1117;--line:#30363d;--panel:#161b22;
--add:#7ee787;--add-bg:#12261e;--cut:#ffa198;--cut-bg:#301b1e;--turn:#e3b341;--turn-bg:#2a2113;--hunk:#79c0ff}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:62rem;padding:2rem 1.25rem 4rem;background:var(--paper);color:var(--ink);
font:16px/1.5 "Segoe UI",system-ui,sans-serif}
h1{font-size:1.6rem;margin:0 0 1rem}h2{font-size:1.2rem;margin:2.5rem 0 .75rem;border-bottom:1px solid var(--line);padding-bottom:.25rem}
h3{font-size:1rem;margin:0}h4{font-size:.95rem;margin:.75rem 0 .25rem}p{margin:.4rem 0}ol{margin:.25rem 0;padding-left:1.75rem}
code,pre{font:13px/1.5 Consolas,"Cascadia Mono","DejaVu Sans Mono",monospace}
code{overflow-wrap:anywhere}
pre{margin:.25rem 0;padding:.5rem .75rem;background:var(--panel);border:1px solid var(--line);border-radius:6px;
white-space:pre-wrap;overflow-wrap:anywhere;tab-size:4}
dl{display:grid;grid-template-columns:8rem 1fr;gap:.15rem 1rem;margin:.5rem 0}
dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
article{border:1px solid var(--line);border-radius:6px;padding:.75rem 1rem;margin:.75rem 0}
.shell{color:var(--soft);font-size:.85rem}.proof{color:var(--soft);margin:.15rem 0 .5rem}
.symbol{display:inline-block;min-width:1.4em;text-align:center;font-family:Consolas,monospace;font-weight:700;border-radius:4px}
.add,.line-add{color:var(--add);background:var(--add-bg)}.cut,.line-cut{color:var(--cut);background:var(--cut-bg)}
.turn{color:var(--turn);background:var(--turn-bg)}.line-hunk{color:var(--hunk)}.line-file{font-weight:700}
.diff span{display:block;min-height:1.5em}
.alarm{color:var(--cut);background:var(--cut-bg);border-left:4px solid var(--cut);padding:.35rem .75rem;margin:.5rem 0}
.tag{display:inline-block;padding:0 .5em;border-radius:4px;font-weight:600;font-size:.85rem}
.tag-refuse{color:var(--cut);background:var(--cut-bg)}.tag-warn,.tag-accepted{color:var(--turn);background:var(--turn-bg)}
.tag-note{background:var(--panel)}
.summary td{padding:.15rem .75rem .15rem 0;vertical-align:top}
@media print{:root{color-scheme:light}body{max-width:none;padding:0;font-size:10.5pt}code,pre{font-size:8.5pt}article,.alarm{break-inside:avoid}
h2,h3{break-after:avoid}}
`);
