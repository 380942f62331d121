/** Of every page. Contrast is at least 4.5 to 1 in both schemes; on paper an alert of 20 accesses is one page. */
export const PAGE_STYLE = `
:root { color-scheme: light dark; --ink: #1c1c1e; --paper: #fff; --soft: #55555c; --line: #d0d0d6; --usual: #1f5fbf; --odd: #b3261e }
@media (prefers-color-scheme: dark) {
  :root { --ink: #f0f0f3; --paper: #17171a; --soft: #b4b4bd; --line: #45454d; --usual: #7fb0ff; --odd: #ff8a80 }
}
* { box-sizing: border-box }
body { margin: 0 auto; padding: 1rem; max-width: 60rem; font: 0.95rem/1.4 system-ui, sans-serif; color: var(--ink); background: var(--paper); overflow-wrap: anywhere }
h1 { font-size: 1.35rem; margin: 0.2rem 0 0.8rem; line-height: 1.25 }
h2 { font-size: 1rem; margin: 1rem 0 0.3rem; border-bottom: 1px solid var(--line) }
h1, dd, li, th { unicode-bidi: isolate }
.severity { margin: 0; font-weight: 700; text-transform: uppercase; color: var(--odd) }
.low, .medium { color: var(--ink) }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.1rem 0.8rem; margin: 0 }
dt { color: var(--soft) }
dd { margin: 0 }
ul, ol { margin: 0; padding-left: 1.3rem }
.pictures { display: flex; flex-wrap: wrap; gap: 1rem; margin-top: 0.6rem }
figure { margin: 0; flex: 1 1 17rem }
figcaption, caption { color: var(--soft); font-size: 0.85rem; text-align: left }
svg { width: 100%; max-height: 9rem; font: 9px system-ui, sans-serif; fill: var(--ink) }
.bar, .cell { fill: var(--usual) }
.today { fill: var(--odd) }
.off { fill: var(--soft) }
.rim { fill: var(--paper); stroke: var(--paper); stroke-width: 4 }
.mark { fill: none; stroke: var(--odd); stroke-width: 2 }
table { border-collapse: collapse; margin-top: 0.6rem; width: 100% }
th, td { text-align: left; font-weight: 400; padding: 0.1rem 0.5rem 0.1rem 0; border-bottom: 1px solid var(--line) }
td.never { color: var(--odd); font-weight: 700 }
footer { color: var(--soft); margin-top: 1rem }
@page { size: A4; margin: 12mm }
@media print {
  :root { color-scheme: light; --ink: #000; --paper: #fff; --soft: #444; --line: #bbb; --usual: #1f5fbf; --odd: #b3261e }
  body { font-size: 8.5pt; line-height: 1.25; padding: 0; max-width: none; print-color-adjust: exact }
  h1 { font-size: 12pt }
  h2 { font-size: 9.5pt; margin: 0.5rem 0 0.2rem }
  svg { max-height: 30mm }
}
`;
