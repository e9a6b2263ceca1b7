/** How a comparison looks: theme colours only. */
export const comparisonStyle = `
body { padding: 0 1.5em 2em; color: var(--vscode-editor-foreground); font-family: var(--vscode-font-family);
  font-size: var(--vscode-font-size); }
h1 { font-size: 1.3em; font-weight: 600; }
h2 { font-size: 1.05em; margin: 1.4em 0 0.4em; font-weight: 600; border-bottom: 1px solid var(--vscode-panel-border, transparent); padding-bottom: 3px; }
h2 .count { color: var(--vscode-descriptionForeground); font-weight: 400; }
h3 { font-size: 0.85em; margin: 0 0 2px; font-weight: 400; color: var(--vscode-descriptionForeground); }
.note { color: var(--vscode-descriptionForeground); }
details { margin: 4px 0 8px; padding-left: 8px; border-left: 3px solid transparent; }
details.added { border-color: var(--vscode-gitDecoration-addedResourceForeground); }
details.removed { border-color: var(--vscode-gitDecoration-deletedResourceForeground); }
details.changed { border-color: var(--vscode-gitDecoration-modifiedResourceForeground); }
summary { cursor: pointer; padding: 2px 0; }
summary:focus-visible { outline: 1px solid var(--vscode-focusBorder); }
summary code { font-family: var(--vscode-editor-font-family); font-size: var(--vscode-editor-font-size); font-weight: 600; color: var(--vscode-editor-foreground); background: none; padding: 0; }
.type { color: var(--vscode-descriptionForeground); margin-inline: 0.6em; }
.columns { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 12px; margin: 4px 0; }
pre, td, th { font-family: var(--vscode-editor-font-family); font-size: var(--vscode-editor-font-size); }
pre { margin: 0; padding: 6px 8px; white-space: pre-wrap; overflow-wrap: anywhere; background: var(--vscode-textCodeBlock-background); border: 1px solid var(--vscode-contrastBorder, transparent); }
table { border-collapse: collapse; margin: 4px 0; }
table.diff { width: 100%; table-layout: fixed; }
table.diff td { white-space: pre-wrap; overflow-wrap: anywhere; padding: 0 8px; vertical-align: top; }
table.cells td, table.cells th { padding: 2px 12px 2px 8px; text-align: left; font-weight: 400; }
table.cells thead th { color: var(--vscode-descriptionForeground); border-bottom: 1px solid var(--vscode-panel-border, currentColor); }
td.added { background: var(--vscode-diffEditor-insertedLineBackground, var(--vscode-diffEditor-insertedTextBackground)); outline: 1px dashed var(--vscode-diffEditor-insertedTextBorder, transparent); outline-offset: -1px; }
td.removed { background: var(--vscode-diffEditor-removedLineBackground, var(--vscode-diffEditor-removedTextBackground)); outline: 1px dashed var(--vscode-diffEditor-removedTextBorder, transparent); outline-offset: -1px; }
td.place, td.empty { color: var(--vscode-descriptionForeground); }
.sign { display: inline-block; width: 1.2em; user-select: none; }
`;
