/** The style of all pages. `color`: `#rrggbb`, for buttons and links. */
export function toStylesheet(color: string): string {
  return `
:root { --brand: ${color}; --text: #1b1b1f; --quiet: #55555e; --line: #85858f; --back: #f3f3f6; --card: #fff; --alarm: #a4161a; }
* { box-sizing: border-box; }
body { margin: 0; background: var(--back); color: var(--text); font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
.page { max-width: 27rem; margin: 0 auto; padding: 1.5rem 1rem; }
header { text-align: center; margin-bottom: 1rem; }
header img { max-width: 100%; max-height: 4rem; }
.brand { margin: 0; font-size: 1.125rem; font-weight: 600; }
main { background: var(--card); border: 1px solid #d5d5dc; border-radius: .5rem; padding: 1.5rem; overflow-wrap: anywhere; }
h1 { margin: 0 0 1rem; font-size: 1.5rem; line-height: 1.25; }
h2 { margin: 0 0 .25rem; font-size: 1rem; color: var(--alarm); }
p, ul { margin: 0 0 1rem; }
label { display: block; font-weight: 600; margin-bottom: .25rem; }
.hint, .note, footer { color: var(--quiet); font-size: .9rem; }
.hint { margin: .25rem 0 0; }
.field { margin-bottom: 1rem; }
input[type=text], input[type=password] { width: 100%; min-height: 2.75rem; padding: .5rem .75rem; font: inherit; color: inherit; background: #fff; border: 1px solid var(--line); border-radius: .375rem; }
input[aria-invalid=true] { border-color: var(--alarm); border-width: 2px; }
.fault { color: var(--alarm); margin: .25rem 0 0; font-size: .9rem; }
.problem { border: 2px solid var(--alarm); border-radius: .375rem; padding: .75rem 1rem; margin-bottom: 1.25rem; }
.problem p, .problem ul { margin: 0; }
.actions { display: flex; flex-wrap: wrap; gap: .75rem; }
button, .button { min-height: 2.75rem; padding: .5rem 1.25rem; font: inherit; font-weight: 600; border-radius: .375rem; border: 2px solid var(--brand); background: var(--brand); color: #fff; cursor: pointer; text-decoration: none; display: inline-block; text-align: center; flex: 1 1 auto; }
button.second { background: #fff; color: var(--brand); }
a { color: var(--brand); }
:focus-visible { outline: 3px solid var(--brand); outline-offset: 2px; }
dl { margin: 0 0 1rem; }
dt { font-weight: 600; }
dd { margin: 0 0 .5rem; font-family: ui-monospace, monospace; font-size: .9rem; }
footer { margin-top: 1rem; text-align: center; }
footer ul { list-style: none; padding: 0; display: flex; justify-content: center; gap: 1rem; flex-wrap: wrap; }
footer a { display: inline-block; padding: .25rem; min-height: 1.5rem; }
@media (forced-colors: active) { button, .button { border: 2px solid ButtonText; } }
`.trimStart();
}
