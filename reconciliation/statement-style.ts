/** For A4 paper first; black on white. */
export const STATEMENT_STYLE = `
@page { size: A4; margin: 15mm 15mm 18mm; @bottom-right { content: counter(page) "/" counter(pages); font: 9pt serif; } }
body { font: 11pt/1.4 "Times New Roman", "Liberation Serif", "DejaVu Serif", serif; max-width: 180mm; margin: 10mm auto; color: #111; }
header { text-align: center; }
.motto { font-weight: bold; } .motto + p { border-bottom: 0.5pt solid #111; display: inline-block; padding-bottom: 1mm; font-weight: bold; }
.party td { border: 0; padding: 0 2mm 0 0; } .party td:first-child { width: 38mm; }
.name { margin-top: 20mm; font-weight: bold; }
.annex { break-before: page; }
tr.total td { font-weight: bold; }
h1 { font-size: 18pt; margin: 4mm 0 0; text-transform: uppercase; }
h2 { font-size: 12pt; margin: 6mm 0 2mm; break-after: avoid; }
header p { margin: 1mm 0; }
table { border-collapse: collapse; width: 100%; margin: 2mm 0; font-size: 10pt; break-inside: avoid; }
table.breaks { break-inside: auto; } table.breaks tr.total { break-before: avoid; }
th, td { border: 0.5pt solid #777; padding: 1mm 2mm; text-align: left; vertical-align: top; }
th { background: #eef2f7; font-weight: bold; }
tr { break-inside: avoid; }
td:has(> .number) { text-align: right; }
.number { white-space: nowrap; font-variant-numeric: tabular-nums; }
.clean, .not-clean { padding: 2mm 3mm; border-left: 1.5mm solid; font-weight: bold; }
.clean { border-color: #1a7f37; } .not-clean { border-color: #b42318; }
code { font: 8pt "DejaVu Sans Mono", "Liberation Mono", monospace; overflow-wrap: anywhere; }
svg { width: 100%; } svg line { stroke: #777; } svg text { font-size: 9px; text-anchor: middle; }
svg text.key { text-anchor: start; font-size: 11px; }
svg .ours { fill: #1f5fa8; } svg .theirs { fill: #e08a1e; }
.signatures { display: flex; justify-content: space-around; margin-top: 8mm; min-height: 45mm; text-align: center; break-inside: avoid; }
`;
