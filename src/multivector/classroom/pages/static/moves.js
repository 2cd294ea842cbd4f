// The menu with the advisers' estimates, the delegation's list, what the staff is asked.
import {html, useEffect, useState} from "./html.js";
import {number, percent, say} from "./say.js";
import {Mark} from "./parts.js";

const FIRST = 8;
const KINDS = () => ({trade: say("Trade"), diplomatic: say("Diplomacy"), security: say("Security"), domestic: say("At home")});

// One bar from the middle: what a move is worth against doing nothing, beside its words.
function Worth({estimate, widest}) {
  const x = v => 50 + 48 * Math.max(-1, Math.min(1, v / widest)), share = Math.abs(x(estimate.value) - 50);
  const text = say("{x}% of a quarter's income", {x: number(estimate.value, 2, true)});
  return html`<div class="close"><p><b>${estimate.words}</b> <span class="soft small num">${text}; ${estimate.likely}</span></p>
    <svg class="worth" role="img" aria-label=${`${estimate.words}, ${text}; ${estimate.likely}`}><rect class="wide-band" x="0" width="100%" y="40%" height="20%" />
      <rect class=${estimate.value < 0 ? "down" : "up"} x=${`${estimate.value < 0 ? 50 - share : 50}%`} width=${`${Math.max(share, 0.8)}%`} y="15%" height="70%" /><line class="zero" x1="50%" x2="50%" y1="0" y2="100%" /><rect class="ends" x=${`${x(estimate.low)}%`} width=${`${Math.max(x(estimate.high) - x(estimate.low), 0.8)}%`} y="44%" height="12%" /></svg>
    ${estimate.accept < 0.999 ? html`<p class="small soft">${say("Chance of a yes: {share}", {share: percent(estimate.accept)})}${estimate.accept_words ? ` · ${estimate.accept_words}` : ""}</p>` : null}</div>`;
}

function Move({entry, widest, head, on, asked, act, pick, full}) {
  const state = on === "confirmed" ? html`<span class="tag good">✓ ${say("on the list")}</span>` : on === "proposed" ? html`<span class="tag main">${say("proposed")}</span>` : null;
  return html`<li class="move stack">
    <div class="close"><p class="row">${state}${entry.offer ? html`<span class="tag">${say("offer")}</span>` : null}<span class="tag num">${entry.code}</span></p><h3>${entry.target ? html`<${Mark} actor=${entry.target} /> ` : null}${entry.title}${entry.target_name ? html` <span class="soft">→ ${entry.target_name}</span>` : null}</h3></div>
    ${entry.estimate ? html`<${Worth} estimate=${entry.estimate} widest=${widest} />` : null}
    ${entry.feasible ? null : html`<p class="soft small">${say("Not possible now:")} ${entry.why_not}</p>`}
    <details class="small"><summary>${say("More about this move")}</summary><dl class="close">
      ${entry.reason ? html`<dt><b>${say("Official reason")}</b></dt><dd>${entry.reason}</dd>` : null}
      ${entry.read_as ? html`<dt><b>${say("How others read it")}</b></dt><dd>${entry.read_as}</dd>` : null}
      ${entry.estimate && entry.estimate.terms.length ? html`<dt><b>${say("What the estimate is made of")}</b></dt><dd><ul>${entry.estimate.terms.map(term => html`<li class="row apart"><span>${term.name}</span><span class="num">${number(term.value, 2, true)}</span></li>`)}</ul></dd>` : null}
    </dl></details>
    <div class="row">
      ${head ? html`<button class=${on === "confirmed" ? "" : "main"} disabled=${!entry.feasible || (on !== "confirmed" && full)} onClick=${() => act("toggle", entry.entry)}>${on === "confirmed" ? say("Take off the list") : say("Put on the list")}</button>`
        : entry.mine ? html`<button class=${on === "proposed" ? "" : "main"} disabled=${!entry.feasible} onClick=${() => act(on === "proposed" ? "withdraw" : "propose", entry.entry)}>${on === "proposed" ? say("Withdraw") : say("Propose")}</button>`
        : html`<span class="soft small">${say("Another ministry proposes this")}</span>`}
      <button aria-pressed=${String(asked)} disabled=${!entry.feasible} onClick=${() => pick(entry.entry)}>${asked ? "✓ " : ""}${say("Ask the staff")}</button></div>
  </li>`;
}

export function Moves({view, menu, act}) {
  const [field, setField] = useState("mine");
  const [wanted, setWanted] = useState([]);
  const [long, setLong] = useState(false);
  const [staff, setStaff] = useState(null);
  useEffect(() => setWanted([]), [menu && menu.turn]);
  const lastForecasts = view.forecasts || [];
  // Fetched as soon as somebody thinks of asking: then it is there when the staff has played.
  const asks = wanted.length + lastForecasts.length > 0;
  useEffect(() => { if (asks && !staff) import("./forecast.js").then(setStaff); }, [asks]);
  if (!menu || !menu.entries.length) return html`<p class="soft">${say("The list of moves comes when the quarter begins.")}</p>`;
  const {head} = view.seat;
  const chosen = view.confirmed.entries;
  const proposed = view.proposals.map(p => p.entry);
  const titled = entry => { const row = menu.entries.find(e => e.entry === entry) || view.proposals.find(p => p.entry === entry); return row ? row.title + (row.target_name ? ` → ${row.target_name}` : "") : entry; };
  // The third largest sets the scale: beside an extreme all bars are dots.
  const sizes = menu.entries.filter(e => e.feasible && e.estimate).map(e => Math.abs(e.estimate.value)).sort((a, b) => b - a);
  const widest = Math.max(1e-9, sizes[Math.min(2, sizes.length - 1)] || 0);
  const kinds = [...new Set(menu.entries.map(e => e.kind))];
  const some = menu.entries.filter(e => e.mine);
  const shown = menu.entries.filter(e => field === "all" || (field === "mine" ? e.mine || head || !some.length : e.kind === field))
    .sort((a, b) => Number(b.feasible) - Number(a.feasible) || (a.estimate ? a.estimate.rank : 99) - (b.estimate ? b.estimate.rank : 99));
  const pick = entry => setWanted(list => (list.includes(entry) ? list.filter(e => e !== entry) : [...list, entry].slice(-3)));

  if (!view.slots) return html`<section class="card stack"><h2>${say("No move in this part")}</h2><p>${say("Your delegation makes no move now: watch, advise, talk. What you plan counts in a later part.")}</p></section>`;
  return html`<div class="stack">
    <section class="card stack" aria-label=${say("The delegation's list")}>
      <h2>${say("Our list: {n} of {slots}", {n: chosen.length, slots: view.slots})}</h2>
      ${chosen.length ? html`<ol class="numbered">${chosen.map((entry, i) => html`<li key=${entry}><div class="row apart"><span class="grow">${titled(entry)}</span>
        ${head ? html`<span class="row">${i ? html`<button class="quiet" aria-label=${say("{title}: earlier", {title: titled(entry)})} onClick=${() => act("earlier", entry)}>↑</button>` : null}<button class="quiet" aria-label=${say("{title}: take off", {title: titled(entry)})} onClick=${() => act("toggle", entry)}>✕</button></span>`
          : html`<button class="quiet" onClick=${() => act("object", entry)}>${say("Object")}</button>`}</div></li>`)}</ol>` : html`<p class="soft">${say("Nothing is confirmed yet. When time is up, proposals count in their order; without any, a machine moves for you, by the doctrine chosen in the brief.")}</p>`}
      ${view.proposals.filter(p => !chosen.includes(p.entry)).length ? html`<h3>${say("Proposals")}</h3><ul>${view.proposals.filter(p => !chosen.includes(p.entry)).map(p => {
        const by = view.delegation.find(one => one.seat === p.by);
        return html`<li class="row apart" key=${p.entry}><span class="grow">${titled(p.entry)} <span class="soft small">${by ? by.title : ""}</span></span>
        ${head ? html`<button class="main" disabled=${chosen.length >= view.slots} onClick=${() => act("toggle", p.entry)}>${say("Confirm")}</button>` : p.by === view.seat.id ? html`<button onClick=${() => act("withdraw", p.entry)}>${say("Withdraw")}</button>` : null}</li>`;
      })}</ul>` : null}
      ${head ? null : view.confirmed.passed_over ? html`<p class="note">${say("The head was silent: what ministries proposed counts, in its order.")}</p>` : view.confirmed.done ? html`<p class="note good">✓ ${say("The head has confirmed the list.")}</p>` : null}
    </section>
    ${head ? html`<div class="confirm row"><b class="num" aria-hidden="true">${chosen.length}/${view.slots}</b><button class=${`grow ${view.confirmed.done ? "" : "main"}`} onClick=${() => act("done", !view.confirmed.done)}>${view.confirmed.done ? html`✓ ${say("Confirmed. Change it")}` : say("That is all: confirm")}</button></div>` : null}
    ${wanted.length ? html`<section class="card stack"><h3>${say("Ask the staff about")}</h3><ul>${wanted.map(entry => html`<li>${titled(entry)}</li>`)}</ul>
      <button class="main wide" disabled=${!view.forecasts_left} onClick=${() => { act("forecast", wanted); setWanted([]); }}>${say("Play 200 futures (requests left: {n})", {n: view.forecasts_left})}</button></section>` : null}
    ${staff ? lastForecasts.slice(-2).reverse().map(forecast => html`<${staff.Forecast} key=${forecast.n} forecast=${forecast} />`) : null}
    <section class="card" aria-label=${say("Possible moves")}>
      <div class="row apart"><h2>${say("Possible moves")}</h2>
        <select aria-label=${say("Show")} value=${field} onChange=${event => setField(event.target.value)}><option value="mine">${head ? say("best first") : say("my field")}</option><option value="all">${say("all")}</option>${kinds.map(kind => html`<option value=${kind}>${KINDS()[kind] || kind}</option>`)}</select></div>
      <p class="small soft">${say("Advisers compare each move with doing nothing. They can be wrong.")}</p>
      <ul>${(long ? shown : shown.slice(0, FIRST)).map(entry => html`<${Move} key=${entry.entry} entry=${entry} widest=${widest} head=${head} full=${chosen.length >= view.slots} asked=${wanted.includes(entry.entry)}
        on=${chosen.includes(entry.entry) ? "confirmed" : proposed.includes(entry.entry) ? "proposed" : null} act=${act} pick=${pick} />`)}</ul>
      ${!long && shown.length > FIRST ? html`<button class="wide" onClick=${() => setLong(true)}>${say("Show all {n}", {n: shown.length})}</button>` : null}
    </section></div>`;
}
