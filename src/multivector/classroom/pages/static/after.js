// The three parts of a debrief: what happened, why, what if. Shown on the teacher's screen and, larger, on the wall.
import {html, useState} from "./html.js";
import {ask} from "./link.js";
import {language, number, percent, quarter, quarterShort, say} from "./say.js";
import {Actor, Cast, Mark, Pick, amount} from "./parts.js";
import {Believed} from "./believed.js";
import {Drawn} from "./drawn.js";

// Every claim says where it is true. A shape and words, since a colour says nothing from the last row.
export const Where = ({is}) => html`<span class="tag main">${{game: `◆ ${say("in the game")}`, model: `▲ ${say("in the model")}`, world: `● ${say("in the world")}`}[is]}</span>`;
export const text = one => (typeof one === "string" ? one : one.text || one.title || one.name || one.id || "");
export const QUESTIONS = many => [many ? say("What happened? Let another world tell your story in one sentence.") : say("What happened? Tell the story of your world in one sentence."), say("Why? Name the move that did it. Was it one of a pair?"), say("What if? Say what you expect, then look.")];
const called = (data, actor) => (data.actors.find(one => one.id === actor) || {name: actor}).name;
export const FEW = 4;

export const worldName = (data, id) => (data.worlds.length > 1 ? say("World {id}", {id}) : say("Your world"));
// What changes when the figures of a debrief do: a room's is of its last quarter.
const stamp = data => `${data.quarters.length} ${data.worlds.length}`;
export const gaugeChart = (data, id) => ({chart: `course?of=${id}`, now: stamp(data)});

export function Gauges({data, token}) {
  const {gauges} = data.worlds[0];
  return html`<div class="pairs">${gauges.map(gauge => html`<${Drawn} key=${gauge.id} token=${token} ...${gaugeChart(data, gauge.id)} name=${gauge.name}> <span class="soft small">${gauge.better === "higher" ? say("more is better") : gauge.better === "lower" ? say("less is better") : ""}</span>
    ${gauge.believed ? html`<details class="small"><summary>${say("How sure?")} <span class="soft"><span aria-hidden="true">${gauge.believed.mark}</span> ${gauge.believed.brief}</span><span class="unseen"> ${gauge.name}</span></summary><${Believed} is=${gauge.believed} /></details>` : null}<//>`)}</div>`;
}

export function Lines({data}) {
  const crossed = id => data.worlds.some(w => w.lines.find(one => one.id === id).crossed);
  const rows = data.worlds[0].lines;
  const broken = rows.filter(line => crossed(line.id)), kept = rows.filter(line => !crossed(line.id));
  return html`<section class="stack"><h3>${say("Red lines")} <${Where} is="model" /></h3>${broken.length ? html`<${LineTable} data=${data} rows=${broken} />` : html`<p class="good">✓ ${say("None of the {n} red lines was crossed.", {n: rows.length})}</p>`}
    ${broken.length && kept.length ? html`<details class="small"><summary>${say("Not crossed: {n}", {n: kept.length})}</summary><ul>${kept.map(line => html`<li>✓ ${line.name}</li>`)}</ul></details>` : null}</section>`;
}

// What the press of each world put first, round by round: the same storms, told in another order.
export const fronted = data => data.worlds.filter(w => (w.fronts || []).length);
export const frontTitle = front => `${front.closing ? say("After the last round") : say("Before round {n}", {n: front.round})}${front.headline ? ` · ${front.headline}` : ""}`;
export function FrontPages({data}) {
  const told = fronted(data);
  if (!told.length) return null;
  return html`<section class="stack"><h3>${say("Front pages")} <${Where} is="game" /></h3><div class="pairs">${told.map(w => html`<div class="card close" key=${w.id}><h4>${worldName(data, w.id)}</h4><ol class="close">${w.fronts.map(front => html`<li key=${front.round}><b>${frontTitle(front)}</b><ol class="numbered">${front.lines.map(line => html`<li>${line}</li>`)}</ol></li>`)}</ol></div>`)}</div></section>`;
}

// Few worlds have a column each; of many, those that crossed a line are named, with the quarter.
export function LineTable({data, rows}) {
  const one = (world, line) => world.lines.find(each => each.id === line.id);
  if (data.worlds.length > FEW) return html`<ul class="stack">${rows.map(line => { const broke = data.worlds.filter(w => one(w, line).crossed); return html`<li key=${line.id}><b>${line.name}</b><br /><span class="bad">✕ ${say("crossed")}:</span> ${broke.map(w => `${w.id} ${quarterShort(one(w, line).crossed)}`).join(", ")}. ✓ ${say("Not crossed: {n}", {n: data.worlds.length - broke.length})}</li>`; })}</ul>`;
  return html`<div class="scroll"><table><thead><tr><td></td>${data.worlds.map(w => html`<th scope="col">${worldName(data, w.id)}</th>`)}</tr></thead>
    <tbody>${rows.map(line => html`<tr key=${line.id}><th scope="row">${line.name}</th>${data.worlds.map(w => { const is = one(w, line); return html`<td>${is.crossed ? html`<b class="bad">✕ ${say("crossed")} ${is.crossed === true ? "" : quarter(is.crossed)}</b>` : html`✓ ${say("not crossed")}`}</td>`; })}</tr>`)}</tbody></table></div>`;
}

// Each delegation by its own aims, world by world, with the figures. The wall has them without figures.
const SIGNS = {nearer: "▲", kept: "=", partly: "◆", farther: "▼"};
export const judged = aim => `${SIGNS[aim.verdict] || "○"} ${aim.words}`;
export const aimed = data => data.actors.filter(actor => data.worlds.some(w => (w.aims[actor.id] || []).length));
export function Aims({data}) {
  const actors = aimed(data);
  if (!actors.length) return null;
  return html`<section class="stack"><h3>${say("Each delegation by its own aims")} <${Where} is="model" /></h3>
    ${actors.map(actor => html`<div key=${actor.id} class="scroll"><table><caption><${Actor} actor=${actor.id} name=${actor.name} /></caption><thead><tr><th scope="col">${say("Aim")}</th>${data.worlds.map(w => html`<th scope="col">${worldName(data, w.id)}</th>`)}</tr></thead>
      <tbody>${(data.worlds[0].aims[actor.id] || []).map((aim, i) => html`<tr key=${aim.id}><th scope="row">${aim.text}<br /><span class="small soft">${aim.about}</span></th>${data.worlds.map(w => html`<td>${[w.aims[actor.id][i]].map(one => html`<b>${judged(one)}</b>${one.by.map(row => html`<p class="small">${row.name}: ${row.text}${row.nearer_than === null || row.nearer_than === undefined ? "" : `; ${say("nearer than {n} of 100 histories of machines", {n: number(row.nearer_than)})}`}</p>`)}`)}</td>`)}</tr>`)}</tbody></table></div>`)}</section>`;
}

export function Story({data}) {
  return html`<div class="pairs">${data.worlds.map(world => html`<section class="card stack" key=${world.id}><h3>${worldName(data, world.id)} <${Where} is="game" /></h3><ol class="stack">${world.turns.map(turn => html`<li class="ladder close"><h4>${quarter(turn.quarter)}</h4>
    ${turn.news.map(one => html`<p>! ${text(one)}</p>`)}
    <ul>${turn.moves.filter(move => move.actor === "KAZ").map(move => html`<li><${Mark} actor="KAZ" /> ${move.title}</li>`)}</ul>
    <details class="small"><summary>${say("The others")}</summary><ul>${turn.moves.filter(move => move.actor !== "KAZ").map(move => html`<li><${Mark} actor=${move.actor} /> ${called(data, move.actor)}: ${move.title}</li>`)}</ul></details>
    ${turn.votes.map(vote => html`<p class="small">${text(vote)}: <${Mark} actor="KAZ" /> <${Cast} vote=${vote.cast.KAZ} />${vote.explained && vote.explained.KAZ ? html` <q>${vote.explained.KAZ}</q>` : null}</p>`)}
    ${turn.hazards.filter(one => !turn.news.some(n => n.id === one.id)).map(one => html`<p class="note bad">${text(one)}</p>`)}</li>`)}</ol></section>`)}</div>`;
}

// Worlds that did the same stand together: thirty worlds have a few ways to begin.
export function Fork({data}) {
  const {fork} = data;
  if (!fork) return html`<p class="soft">${data.worlds.length > 1 ? say("The worlds did not part.") : ""}</p>`;
  const ways = {};
  for (const [world, moves] of Object.entries(fork.titles)) { const key = moves.map(text).join("|"); (ways[key] = ways[key] || {worlds: [], moves}).worlds.push(world); }
  return html`<section class="card stack"><h3>${say("Where the worlds part")} <${Where} is="game" /></h3><p><${Actor} actor=${fork.actor} name=${called(data, fork.actor)} /> · ${quarter(fork.quarter)}</p><div class="pairs">${Object.values(ways).map(({worlds, moves}) => html`<div class="close way"><b>${worlds.length > 1 ? say("Worlds {ids}", {ids: worlds.join(", ")}) : worldName(data, worlds[0])}</b><ul>${moves.length ? moves.map(move => html`<li>• ${text(move)}</li>`) : html`<li>• ${say("nothing")}</li>`}</ul></div>`)}</div></section>`;
}

const decisions = data => data.worlds.flatMap(w => w.decisions.map(d => ({...d, world: w.id})));
const forked = (data, all) => Math.max(0, all.findIndex(d => data.fork && d.quarter === data.fork.quarter && d.actor === data.fork.actor));

// One decision with its options; the wall shows the one that the debrief has open.
export function Options({data, at}) {
  const all = decisions(data), decision = all[at === null || at === undefined ? forked(data, all) : at];
  if (!decision) return null;
  const shown = [...decision.options].sort((a, b) => b.value - a.value).slice(0, 7);
  const chosen = decision.options.find(o => o.entry === decision.chosen);
  if (chosen && !shown.includes(chosen)) shown.push(chosen);
  const widest = Math.max(1e-9, ...shown.map(o => Math.abs(o.value)));
  const paired = decision.pair && all.find(d => d.world === decision.world && d.quarter === decision.quarter && d.actor === decision.actor && d.slot === decision.pair);
  return html`<p class="decided"><${Actor} actor=${decision.actor} name=${called(data, decision.actor)} /> · ${worldName(data, decision.world)} · ${quarter(decision.quarter)} · ${say("Move {n}", {n: decision.slot})}${decision.by === "people" ? ` · ${say("people")}` : ""}</p><div class="scroll"><table><thead><tr><th>${say("Move")}</th><th class="num">${say("value to the advisers")}</th><th class="num">${say("chance that a machine takes it")}</th></tr></thead><tbody>${shown.map(o => html`<tr class=${o.entry === decision.chosen ? "now" : ""}><td>${o.entry === decision.chosen ? html`<b>✓ ${o.title}</b>` : o.title}
      <svg class="worth" aria-hidden="true"><rect class="wide-band" width="100%" y="40%" height="20%" /><rect class=${o.value < 0 ? "down" : "up"} x=${`${o.value < 0 ? 50 - (48 * -o.value) / widest : 50}%`} width=${`${Math.max((48 * Math.abs(o.value)) / widest, 0.8)}%`} y="15%" height="70%" /></svg></td><td class="num">${number(o.value, 3, true)}</td><td class="num">${percent(o.probability)}</td></tr>`)}</tbody></table></div>
    ${paired ? html`<p>${say("A pair with “{move}”: what displeases one power pleases the other.", {move: paired.options.find(o => o.entry === paired.chosen).title})}</p>` : null}`;
}

export function Opened({data, wall}) {
  const all = decisions(data);
  const [at, setAt] = useState(() => forked(data, all));
  if (!all.length) return null;
  const open = n => { setAt(n); if (wall) wall({decision: n}); };
  return html`<section class="card stack"><h3>${say("One decision opened")} <${Where} is="model" /></h3>
    <${Pick} id="decision" label=${say("Decision")} value=${String(at)} set=${v => open(Number(v))}>${all.map((d, i) => html`<option value=${String(i)}>${worldName(data, d.world)} · ${quarter(d.quarter)} · ${called(data, d.actor)} · ${d.slot}${d.by === "people" ? ` · ${say("people")}` : ""}</option>`)}<//>
    <${Options} data=${data} at=${at} /></section>`;
}

// The largest errors of the advisers, one a world; of many worlds the largest of all.
export function Misses({data}) {
  const gap = w => Math.abs(w.miss.came - w.miss.estimated);
  const missed = data.worlds.filter(w => w.miss).sort((a, b) => (data.worlds.length > FEW ? gap(b) - gap(a) : 0)).slice(0, FEW);
  return missed.length ? html`<section class="card stack"><h3>${say("Where the advisers erred")} <${Where} is="model" /></h3><p class="soft small">${say("What a move is worth against doing nothing, in per cent of a quarter's income: as it was told, and in the future that came.")}</p>${missed.map(w => html`<div class="close way" key=${w.id}><p><b>${worldName(data, w.id)}</b>, ${quarter(w.miss.quarter)}, <${Actor} actor=${w.miss.actor} name=${called(data, w.miss.actor)} />: ${w.miss.title}</p>
    <p>${say("The advisers said:")} <b class="num">${number(w.miss.estimated, 2, true)}</b>, ${w.miss.likely}. ${say("It came to:")} <b class="num">${number(w.miss.came, 2, true)}</b>.</p>
    ${w.miss.offer ? html`<p>${say("Chance of a yes: {share}", {share: percent(w.miss.offer.chance)})}. ${w.miss.offer.yes ? html`<b>✓ ${say("accepted")}</b>` : html`<b>✕ ${say("refused")}</b>`}</p>` : null}</div>`)}</section>` : null;
}

const Difference = ({gauge}) => html`<tr><th scope="row">${gauge.name}</th><td class="num">${amount(gauge.played, gauge.unit)}</td><td class="num">${amount(gauge.changed, gauge.unit)}</td>
    <td class="num">${amount(gauge.difference, gauge.unit, 2, true)} <span class="soft small">[${amount(gauge.low, gauge.unit, 2, true)}; ${amount(gauge.high, gauge.unit, 2, true)}]</span></td><td><b>${gauge.words}</b></td></tr>`;

// What an actor did in a quarter of a world: the class changes it from there.
function played(data, world, when, actor) {
  const turn = data.worlds.find(w => w.id === world).turns.find(one => one.quarter === when);
  return turn ? turn.moves.filter(move => move.actor === actor) : [];
}

// The paired differences of a changed past: the chart, and its figures as they are read.
export const Differences = ({answer}) => html`<div class="scroll"><table class="differences"><caption>${say("{n} pairs on the same draws: what is different is due to the move", {n: answer.replicates})}</caption><thead><tr><td></td><th class="num">${say("as played")}</th><th class="num">${say("changed")}</th><th class="num">${say("difference and its 95% interval")}</th><td></td></tr></thead><tbody>${answer.gauges.map(gauge => html`<${Difference} key=${gauge.id} gauge=${gauge} />`)}</tbody></table></div>`;
export const changedChart = answer => ({chart: "changed", now: answer.gauges.map(g => g.difference).join(), name: say("difference and its 95% interval")});
export const GUESSES = () => ({up: say("higher"), same: say("no difference"), down: say("lower")});

export function WhatIf({data, token, wall}) {
  const [world, setWorld] = useState(data.worlds[0].id);
  const [when, setWhen] = useState(data.quarters[Math.min(1, data.quarters.length - 1)]);
  const [actor, setActor] = useState(data.actors[0].id);
  const [entries, setEntries] = useState(() => played(data, world, when, actor).map(move => move.entry));
  const [guess, setGuess] = useState("");
  const [answer, setAnswer] = useState(null);
  const [state, setState] = useState("");
  const {slots, entries: options, name} = data.actors.find(one => one.id === actor);
  const made = played(data, world, when, actor);
  const asked = () => ({world, quarter: when, actor, entries});
  const go = async () => {
    setState(say("200 pairs of histories are being played …"));
    setAnswer(null);
    try { setAnswer(await ask("/api/whatif", {token, body: {...asked(), guess, language: language()}})); setState(""); } catch (problem) { setState(problem.message); }
  };
  const start = (w, q, a) => { setWorld(w); setWhen(q); setActor(a); setAnswer(null); setEntries(played(data, w, q, a).map(move => move.entry)); };
  return html`<section class="card stack"><h3>${say("Change one past move")} <${Where} is="model" /></h3>
    <div class="row">${data.worlds.length > 1 ? html`<${Pick} id="if-world" label=${say("World")} value=${world} set=${v => start(v, when, actor)}>${data.worlds.map(w => html`<option value=${w.id}>${w.id}</option>`)}<//>` : null}
      <${Pick} id="if-quarter" label=${say("Quarter")} value=${when} set=${v => start(world, v, actor)}>${data.quarters.map(q => html`<option value=${q}>${quarter(q)}</option>`)}<//>
      <${Pick} id="if-actor" label=${say("Whose move")} value=${actor} set=${v => start(world, when, v)}>${data.actors.map(a => html`<option value=${a.id}>${a.name}</option>`)}<//></div>
    <p>${say("{actor} did:", {actor: name})} <b>${made.length ? made.map(move => move.title).join(" · ") : say("nothing")}</b></p>
    <fieldset><legend>${say("Instead, up to {n} moves (none: do nothing)", {n: slots})}</legend>${Array.from({length: slots}, (_, i) => html`<select class="wide" aria-label=${say("Move {n}", {n: i + 1})} value=${entries[i] || ""} disabled=${i > entries.length} onChange=${event => { const v = event.target.value; setEntries(list => { const next = [...list]; if (v) next[i] = v; else next.splice(i, 1); return [...new Set(next)]; }); setAnswer(null); }}><option value="">–</option>${options.map(o => html`<option value=${o.entry}>${o.title}</option>`)}</select>`)}</fieldset>
    ${wall ? html`<button onClick=${() => { setAnswer(null); wall({whatif: asked()}); }}>${say("Show this question on the wall")}</button>` : null}
    <fieldset><legend>${say("First: what does the class expect for income?")}</legend><div class="row">${Object.entries(GUESSES()).map(([id, word]) => html`<button aria-pressed=${String(guess === id)} onClick=${() => setGuess(id)}>${word}</button>`)}</div></fieldset>
    <button class="main" disabled=${!guess} onClick=${go}>${say("Now look")}</button><p role="status">${state}</p>
    ${answer ? html`<${Drawn} token=${token} ...${changedChart(answer)} /><${Differences} answer=${answer} />` : null}</section>`;
}

export const botChart = (data, id) => ({chart: `among?of=${id}`, now: stamp(data)});

export function Bots({data, token}) {
  if (!data.bots) return null;
  return html`<section class="stack"><h3>${say("Among {n} histories of machines", {n: number(data.bots.histories)})} <${Where} is="model" /></h3><p class="soft small">${say("The inner band holds half of them, the outer band nine in ten.")} ${say("The number beside a world: it is higher than so many of 100.")}</p><div class="pairs">${data.bots.gauges.map(fan => {
    const gauge = data.worlds[0].gauges.find(g => g.id === fan.id);
    return gauge ? html`<${Drawn} key=${fan.id} token=${token} ...${botChart(data, fan.id)} name=${gauge.name} />` : null;
  })}</div></section>`;
}

const Share = ({s}) => html`<svg class="worth" aria-hidden="true"><rect class="wide-band" width="100%" y="40%" height="20%" /><rect class="up" width=${`${s * 100}%`} y="20%" height="60%" /></svg>`;

// What the class knew before and after, and how often it foresaw what came: counts alone, of nobody.
export function Learned({data}) {
  const {before = {}, after = {}, questions = []} = data.survey || {};
  const asked = questions.filter(q => before[q.id] || after[q.id]);
  const views = (data.survey || {}).views || [];
  const foreseen = (data.predictions || []).filter(one => one.answered);
  const share = one => (one && one.answered ? one.right / one.answered : null);
  return html`${asked.length ? html`<section class="card stack"><h3>${say("Six questions before and after")}</h3><div class="scroll"><table><thead><tr><th>${say("Question")}</th><th class="num">${say("right before")}</th><th class="num">${say("right after")}</th></tr></thead><tbody>${asked.map((q, i) => html`<tr><th scope="row">${i + 1}. ${q.text}<br /><span class="small soft">✓ ${q.right}</span></th>${[before, after].map(part => { const s = share(part[q.id]); return html`<td class="num">${s === null ? "–" : html`${percent(s)} <span class="soft small">${part[q.id].right}/${part[q.id].answered}</span><${Share} s=${s} />`}</td>`; })}</tr>`)}</tbody></table></div></section>` : null}
    ${views.map(q => html`<section class="card stack"><h3>${q.text}</h3><p class="soft small">${say("What people think is shown for groups of eight and more.")}</p><div class="scroll"><table><thead><tr><td></td><th class="num">${say("before")}</th><th class="num">${say("after")}</th></tr></thead><tbody>${q.options.map(o => html`<tr><th scope="row">${o.text}</th><td class="num">${o.before}</td><td class="num">${o.after}</td></tr>`)}</tbody></table></div></section>`)}
    ${foreseen.length ? html`<section class="card stack"><h3>${say("What the class foresaw")} <${Where} is="game" /></h3><div class="scroll"><table><thead><tr><th>${say("Prediction")}</th><th>${say("what came")}</th><th class="num">${say("foreseen")}</th></tr></thead><tbody>${foreseen.map(one => html`<tr><th scope="row">${one.title}<br /><span class="small soft">${one.text}</span></th><td>${one.came.map(row => html`<span class="nowrap">${data.worlds.length > 1 ? `${row.world}: ` : ""}<b>${row.text}</b> </span>`)}</td><td class="num">${percent(one.right / one.answered)} <span class="soft small">${one.right}/${one.answered}</span><${Share} s=${one.right / one.answered} /></td></tr>`)}</tbody></table></div></section>` : null}`;
}

// On the page the sources are folded away; on the wall they are a line of their own.
export function LeftOut({data, open}) {
  const sources = (data.sources || []).map(text);
  return html`<section class="card stack">${(data.asked || []).map(one => html`<p class="note"><b>${text(one)}</b></p>`)}<h3>${say("What the model leaves out")} <${Where} is="world" /></h3>${(data.left_out || []).length ? html`<ul class="close">${data.left_out.map(one => html`<li>• ${text(one)}</li>`)}</ul>` : null}<p class="note">${say("The numbers come from a model. They are not a forecast.")}</p>
    ${!sources.length ? null : open ? html`<p class="soft"><b>${say("Sources")}:</b> ${sources.join("; ")}</p>` : html`<details class="small soft"><summary>${say("Sources")}</summary><ul>${sources.map(one => html`<li>${one}</li>`)}</ul></details>`}</section>`;
}
