// How far an outcome can be believed: a sentence for, one against, and the record. Fetched when somebody asks.
import {html, useEffect, useState} from "./html.js";
import {language, say} from "./say.js";

export const Believed = ({is}) => html`<dl class="close believed"><div><dt>${say("For believing it")}</dt><dd>${is.for}</dd></div><div><dt>${say("Against")}</dt><dd>${is.against}</dd></div><div><dt>${say("On record")}</dt><dd><span aria-hidden="true">${is.mark}</span> ${is.words}</dd></div></dl>`;

// Of all five results, in the language of the page.
export function AllBelieved() {
  const [rows, setRows] = useState(null);
  const [trouble, setTrouble] = useState(false);
  useEffect(() => {
    let gone = false;
    fetch(`/believed/${language()}.json`).then(answer => (answer.ok ? answer.json() : Promise.reject(answer.status))).then(found => { if (!gone) setRows(found); }).catch(() => { if (!gone) setTrouble(true); });
    return () => { gone = true; };
  }, []);
  if (trouble) return html`<p class="bad" role="alert">${say("The connection was closed.")}</p>`;
  if (!rows) return html`<p role="status">${say("One moment …")}</p>`;
  return html`<ul class="stack">${rows.map(row => html`<li key=${row.id}><b>${row.name}</b><${Believed} is=${row} /></li>`)}</ul>`;
}
