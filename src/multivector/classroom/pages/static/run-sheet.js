// The lesson minute by minute: the line that the class has reached and the next one, or the whole table.
import {html, useState} from "./html.js";
import {clock, number, say} from "./say.js";

const minute = row => (row.minute < 0 ? number(row.minute) : clock(row.minute * 60));

export function RunSheet({view, act, screens}) {
  const {room, runsheet = []} = view;
  const [whole, setWhole] = useState(false);
  if (!runsheet.length) return null;
  const at = Math.max(runsheet.findIndex(row => row.now), 0);
  // Until the lesson's clock runs, what is made ready stands there too.
  const from = room.phase === "lobby" && room.late === null ? 0 : at;
  const shown = whole ? runsheet : runsheet.slice(from, at + 2);
  return html`<section class="card stack"><div class="row apart"><h2>${say("Run-sheet: {n} minutes", {n: room.plan})}${room.paper ? html` <span class="tag">${say("on paper")}</span>` : null}</h2><button aria-expanded=${String(whole)} onClick=${() => setWhole(!whole)}>${whole ? say("Now and next") : say("The whole run-sheet")}</button></div>
    <div class="scroll"><table class="sheet"><thead><tr><th scope="col">${say("Minute")}</th><th scope="col">${say("What")}</th><th scope="col">${say("You")}</th><th scope="col">${room.paper ? say("Board") : say("Projector")}</th><th scope="col">${say("Students")}</th></tr></thead>
      <tbody>${shown.map(row => html`<tr key=${row.minute} class=${row.now ? "now" : ""} aria-current=${row.now ? "step" : null}><td class="num">${minute(row)}</td><th scope="row">${row.name} ${row.now ? html`<span class="tag main">${say("now")}</span>` : null}</th><td>${row.text || row.what}</td><td>${row.wall}${row.now && row.screen && row.screen !== room.screen ? html`<br /><button onClick=${() => act({do: "screen", show: row.screen})}>${say("On the wall")}: ${(screens.find(([id]) => id === row.screen) || [])[1]}</button>` : null}</td><td>${row.students}</td></tr>`)}</tbody></table></div></section>`;
}
