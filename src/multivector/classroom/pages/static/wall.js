// What the wall shows besides the rounds: the debrief in leaves, thirty worlds at once, an example. The console turns the leaves.
import {html} from "./html.js";
import {language, number, percent, quarter, quarterShort, say} from "./say.js";
import {Actor, Cast, Mark, amount, tie} from "./parts.js";
import {routeState} from "./scheme.js";
import {Differences, Fork, GUESSES, Learned, LeftOut, LineTable, Misses, Options, QUESTIONS, Where, aimed, botChart, changedChart, fronted, frontTitle, gaugeChart, judged, text, worldName} from "./after.js";
import {Believed} from "./believed.js";
import {ItemsAfter} from "./items.js";
import {Waiting, useDebrief} from "./debrief.js";
import {Drawn} from "./drawn.js";
import {Leaves} from "./leaves.js";

const Table = ({quarters, rows}) => html`<table class="tight"><thead><tr><td></td>${quarters.map(q => html`<th class="num" scope="col">${quarterShort(q)}</th>`)}</tr></thead><tbody>${rows.map(([name, series, unit]) => html`<tr><th scope="row">${name}</th>${series.map(v => html`<td class="num">${amount(v, unit)}</td>`)}</tr>`)}</tbody></table>`;
const Figure = ({name, children}) => html`<figure class="board-figure open"><figcaption><b>${name}</b></figcaption>${children}</figure>`;

function GaugeLeaf({data, tables, token}) {
  const {gauges} = data.worlds[0];
  return html`<section class=${tables ? "" : "leaf-page grid-of-six"}>${gauges.map(gauge => html`<${Drawn} wall key=${gauge.id} token=${token} ...${gaugeChart(data, gauge.id)} name=${gauge.name} tables=${tables} />`)}
    <div class="close"><p><${Where} is="model" /></p><p>${say("Red lines crossed:")} <b class="num">${crossedLines(data).length} / ${data.worlds[0].lines.length}</b></p></div></section>`;
}

const crossedLines = data => data.worlds[0].lines.filter(line => data.worlds.some(w => w.lines.find(one => one.id === line.id).crossed));

function RedLines({data}) {
  const broken = crossedLines(data), kept = data.worlds[0].lines.filter(line => !broken.includes(line));
  return html`<section class="stack"><h2>${say("Red lines")} <${Where} is="model" /></h2>${broken.length ? html`<${LineTable} data=${data} rows=${broken} />` : html`<p class="good">✓ ${say("None of the {n} red lines was crossed.", {n: data.worlds[0].lines.length})}</p>`}
    ${broken.length && kept.length ? html`<div><h3>✓ ${say("Not crossed: {n}", {n: kept.length})}</h3><ul>${kept.map(line => html`<li>• ${line.name}</li>`)}</ul></div>` : null}</section>`;
}

// What speaks for believing each result, what against, and what is on record: nobody opens anything on a wall.
function HowSure({data}) {
  const known = data.worlds[0].gauges.filter(gauge => gauge.believed);
  return known.length ? html`<section class="leaf-begin stack"><h2>${say("How sure?")} <${Where} is="model" /></h2>${known.map(gauge => html`<div class="close way" key=${gauge.id}><h3>${gauge.name}</h3><${Believed} is=${gauge.believed} /></div>`)}</section>` : null;
}

// Each delegation by its own aims: worlds of one verdict stand together.
function AimLeaves({data}) {
  const actors = aimed(data), among = ids => (ids.length > 1 ? say("Worlds {ids}", {ids: ids.join(", ")}) : say("World {id}", {id: ids[0]}));
  const verdicts = (actor, i) => { const found = {}; for (const w of data.worlds) { const words = judged(w.aims[actor][i]); (found[words] = found[words] || []).push(w.id); } return Object.entries(found); };
  return actors.length ? html`<section class="leaf-begin stack"><h2>${say("Each delegation by its own aims")} <${Where} is="model" /></h2>${actors.map(actor => html`<div class="close" key=${actor.id}><h3><${Actor} actor=${actor.id} name=${actor.name} /></h3><ul class="close">${(data.worlds[0].aims[actor.id] || []).map((aim, i) => html`<li key=${aim.id}>${aim.text} <span class="soft">· ${aim.about}</span>${verdicts(actor.id, i).map(([words, ids]) => html`<br /><b>${words}</b>${data.worlds.length > 1 ? ` · ${among(ids)}` : ""}`)}</li>`)}</ul></div>`)}</section>` : null;
}

// What the press of each world put first, a world after the other.
const FrontLeaves = ({data}) => fronted(data).map(w => html`<section class="leaf-begin stack" key=${w.id}><h2>${say("Front pages")}${data.worlds.length > 1 ? ` · ${worldName(data, w.id)}` : ""} <${Where} is="game" /></h2>${w.fronts.map(front => html`<div class="close way" key=${front.round}><h3>${frontTitle(front)}</h3><ol class="numbered">${front.lines.map(line => html`<li>${line}</li>`)}</ol></div>`)}</section>`);

const ItemLeaves = ({data}) => (data.items && data.items.length ? html`<div class="leaf-begin"><${ItemsAfter} items=${data.items} many=${data.worlds.length > 1} game=${html`<${Where} is="game" />`} world=${html`<${Where} is="world" />`} /></div>` : null);

// Quarter by quarter, a column for each world, two at a time; of the actors, not of the seats.
const SIDE = 2;
function Timeline({data}) {
  const pairs = Array.from({length: Math.ceil(data.worlds.length / SIDE)}, (_, k) => data.worlds.slice(SIDE * k, SIDE * k + SIDE));
  return pairs.map(worlds => data.quarters.map((when, t) => html`<section class=${`close quarter ${t ? "" : "leaf-begin"}`} key=${`${worlds[0].id}${when}`}><h2>${quarter(when)} <${Where} is="game" /></h2>
    <div class=${worlds.length > 1 ? "pairs" : ""}>${worlds.map(world => html`<div class="past" key=${world.id}>${data.worlds.length > 1 ? html`<h3>${worldName(data, world.id)}</h3>` : null}<${Past} turn=${world.turns[t]} /></div>`)}</div></section>`));
}

const Past = ({turn}) => html`<ul>${turn.news.map(one => html`<li>! ${text(one)}${one.source ? html` <span class="soft">${say("Source:")} ${one.source}</span>` : null}</li>`)}${turn.hazards.filter(one => !turn.news.some(n => n.id === one.id)).map(one => html`<li class="bad">! ${text(one)}</li>`)}
  ${turn.moves.filter(move => move.actor === "KAZ").map(move => html`<li><${Mark} actor="KAZ" /> ${move.title}</li>`)}
  ${turn.votes.map(vote => html`<li>${text(vote)}: <${Mark} actor="KAZ" /> <${Cast} vote=${vote.cast.KAZ} /></li>`)}</ul>`;

// Among histories of machines: a line of each world before the fan, its place among a hundred in the title.
function FanLeaf({data, tables, token}) {
  if (!data.bots || !data.bots.gauges.length) return null;
  return html`<section class=${tables ? "" : "leaf-page grid-of-six"}>${data.bots.gauges.map(fan => { const gauge = data.worlds[0].gauges.find(g => g.id === fan.id); return gauge ? html`<${Drawn} wall key=${fan.id} token=${token} ...${botChart(data, fan.id)} name=${gauge.name} tables=${tables} />` : null; })}
    <div class="close"><p><b>${say("Among {n} histories of machines", {n: number(data.bots.histories)})}</b></p><p>${say("The inner band holds half of them, the outer band nine in ten.")} ${say("The number beside a world: it is higher than so many of 100.")}</p></div></section>`;
}

// The question that the room voted for, and the answer once the class has said what it expects.
function Changed({asked, tables, token}) {
  if (!asked) return html`<section class="center huge"><p>${say("Change one past move")}</p><p class="soft">${say("The room votes which. The teacher enters it in the debrief.")}</p></section>`;
  const {answer} = asked;
  return html`<section class="stack"><h2>${say("Change one past move")} <${Where} is="model" /></h2><p><${Actor} actor=${asked.actor} name=${asked.actor_name} /> · ${say("World {id}", {id: asked.world})} · ${quarter(asked.quarter)}</p>
    <p>${say("{actor} did:", {actor: asked.actor_name})} <b>${asked.played.length ? asked.played.join(" · ") : say("nothing")}</b></p><p>${say("Instead:")} <b>${asked.titles.length ? asked.titles.join(" · ") : say("nothing")}</b></p>
    ${asked.guess ? html`<p>${say("The class expects of income: {guess}", {guess: GUESSES()[asked.guess]})}</p>` : answer ? null : html`<p class="note"><b>${say("First: what does the class expect for income?")}</b> ${Object.values(GUESSES()).join(" · ")}</p>`}</section>
    ${answer && !tables ? html`<section class="leaf-page one-chart"><${Drawn} wall token=${token} ...${changedChart(answer)} /></section>` : null}${answer ? html`<section class="leaf-begin"><${Differences} answer=${answer} /></section>` : null}`;
}

const parts = {
  "debrief-1": ({data, tables, token}) => html`<${GaugeLeaf} data=${data} tables=${tables} token=${token} /><div class="leaf-begin"><${RedLines} data=${data} /></div><${AimLeaves} data=${data} /><${FrontLeaves} data=${data} /><${ItemLeaves} data=${data} /><${HowSure} data=${data} />`,
  "debrief-2": ({data, room}) => html`<${Fork} data=${data} /><section class="leaf-begin stack"><h2>${say("One decision opened")} <${Where} is="model" /></h2><${Options} data=${data} at=${room.shown.decision} /></section><div class="leaf-begin"><${Misses} data=${data} /></div>`,
  "debrief-3": ({data, room, tables, token}) => html`<${Changed} asked=${room.shown.whatif} tables=${tables} token=${token} /><div class=${tables ? "leaf-begin" : ""}><${FanLeaf} data=${data} tables=${tables} token=${token} /></div>`,
  timeline: ({data}) => html`<${Timeline} data=${data} />`,
  learned: ({data}) => html`<${Learned} data=${data} />${data.survey && data.survey.questions.length ? null : html`<p class="soft">${say("No questions were asked.")}</p>`}`,
  leftout: ({data}) => html`<${LeftOut} data=${data} open />`,
};
export const AFTER = Object.fromEntries(Object.keys(parts).map(id => [id, props => html`<${After} part=${id} key=${id} ...${props} />`]));
export const questionOf = (screen, many) => QUESTIONS(many)[Number((/^debrief-(\d)$/.exec(screen) || [])[1]) - 1];

function After({part, token, room, told}) {
  const state = useDebrief(token, language());
  const {data} = state, Part = parts[part];
  return html`<main class="stage one"><div class="wall-part"><${Leaves} at=${room.leaf} told=${told}>${data ? html`<${Part} data=${data} room=${room} tables=${room.tables} token=${token} />` : html`<${Waiting} state=${state} />`}<//></div></main>`;
}

const gaugesNow = (worlds, id) => worlds.map(w => (w.gauges.find(g => g.id === id) || {series: []}).series.join()).join(" ");

// The five results of one world, or of two beside each other, and what else belongs there.
export function Courses({worlds, token, children}) {
  if (!worlds[0].gauges.length) return html`<main class="stage one"><p class="soft">${say("The first quarter is not over yet.")}</p></main>`;
  const now = gauge => worlds.map(w => `${worlds.length > 1 ? `${w.id} ` : ""}${w.gauges.find(g => g.id === gauge.id).text}`).join(", ");
  return html`<main class="stage one"><section class="grid-of-six">${worlds[0].gauges.map(gauge => html`<${Drawn} wall key=${gauge.id} token=${token} chart=${`course?of=${gauge.id}&worlds=${worlds.map(w => w.id).join()}`} now=${gaugesNow(worlds, gauge.id)} name=${gauge.name} words=${now(gauge)} />`)}${children}</section></main>`;
}

export const Trade = ({world, token}) => html`<${Drawn} wall token=${token} chart=${`partners?worlds=${world.id}`} now=${world.scheme.ties.map(t => t.trade).join()} name=${say("Trade with Kazakhstan, $ bn a year")} />`;

// By how many red lines they crossed.
function ByLines({worlds}) {
  const count = w => w.lines.filter(line => line.crossed).length;
  const counts = [...new Set(worlds.map(count))].sort((a, b) => a - b);
  return html`<p><b>${say("Red lines crossed:")}</b> ${counts.map(n => html`<span class="count-of"><b class="num">${n}</b>: ${worlds.filter(w => count(w) === n).map(w => w.id).join(" ")} </span>`)}</p>`;
}

// All worlds on one line for each result.
export function Many({view, told, token}) {
  const {worlds, room} = view, {gauges} = worlds[0];
  if (!gauges.length) return html`<main class="stage one"><p class="soft">${say("The first quarter is not over yet.")}</p></main>`;
  return html`<main class="stage one"><div class="wall-part"><${Leaves} at=${room.leaf} told=${told}>
    ${room.tables ? null : html`<section class="leaf-page strips">${gauges.map(gauge => html`<${Drawn} wall key=${gauge.id} token=${token} chart=${`abreast?of=${gauge.id}`} now=${gaugesNow(worlds, gauge.id)} name=${gauge.name} />`)}</section>`}
    <div class="leaf-begin"><${ByLines} worlds=${worlds} /></div>
    <table class="many"><thead><tr><th>${say("World")}</th>${gauges.map(gauge => html`<th class="num">${gauge.name}</th>`)}<th>${say("Red lines")}</th></tr></thead><tbody>${worlds.map(world => html`<tr key=${world.id}><th scope="row">${world.id}</th>${world.gauges.map(gauge => html`<td class="num">${gauge.text}</td>`)}<td>${world.lines.filter(line => line.crossed).length ? `✕ ${world.lines.filter(line => line.crossed).length}` : "✓"}</td></tr>`)}</tbody></table><//></div></main>`;
}

// One move with its estimate and a fan: how to read what the advisers say.
export function Example({view, tables, told, token}) {
  const {room} = view, {example} = room.shown;
  return html`<main class="stage one"><div class="wall-part"><${Leaves} at=${room.leaf} told=${told}><section class="close"><p class="huge">${room.question}</p></section>
    ${example ? html`<${Estimate} example=${example} tables=${tables} token=${token} />` : html`<p class="soft leaf-begin">${say("The staff is at work.")}</p>`}<//></div></main>`;
}

// From where to where an estimate lies, and zero: what is on either side of it may help or harm.
function Interval({estimate: {value, low, high, likely}}) {
  const most = 1.15 * Math.max(Math.abs(low), Math.abs(high), 1e-9), x = v => `${50 + (50 * v) / most}%`;
  return html`<svg class="fan interval" role="img" aria-label=${`${number(value, 2, true)}, ${likely}`}><rect class="wide-band" width="100%" y="47%" height="6%" /><rect class="band" x=${x(low)} width=${`${Math.max((50 * (high - low)) / most, 0.8)}%`} y="30%" height="40%" rx="3" /><line class="zero" x1="50%" x2="50%" y1="0" y2="100%" /><line class="mid" x1=${x(value)} x2=${x(value)} y1="10%" y2="90%" /></svg>`;
}

function Estimate({example, tables, token}) {
  const {estimate, forecast} = example, move = forecast && forecast.candidates[1];
  return html`<section class="leaf-begin close"><h2><${Mark} actor=${example.actor} /> ${example.title} <${Where} is="model" /></h2><p class="big-words"><b>${estimate.words}</b>: ${say("{x}% of a quarter's income", {x: number(estimate.value, 2, true)})}, ${estimate.likely}</p><${Interval} estimate=${estimate} />
    <p>${say("The advisers compare a move with doing nothing, over many futures. They can be wrong.")}</p></section>
    ${move ? html`<section class="leaf-begin close"><h2>${example.title}</h2><p>${say("{n} futures each. The inner band holds half of them, the outer band nine in ten, the line is the middle.", {n: forecast.futures})}</p>
      <div class=${tables ? "" : "fan-place"}><${Drawn} wall token=${token} chart="ahead" now=${move.gauges[0].middle.join()} name=${move.gauges[0].name} tables=${tables} /></div></section>` : null}`;
}

// What the pictures of a round say, as tables: the five results by quarter, ties, routes.
export function AsTables({view, worlds, told}) {
  const {room, quarters} = view, many = view.worlds.length > 1;
  const called = world => Object.fromEntries((world.scheme ? world.scheme.nodes : []).map(node => [node.id, node.name]));
  return html`<main class="stage one"><div class="wall-part"><${Leaves} at=${room.leaf} told=${told}>${worlds[0].gauges.map(gauge => html`<${Figure} key=${gauge.id} name=${gauge.name}><${Table} quarters=${quarters} rows=${worlds.map(w => [many ? say("World {id}", {id: w.id}) : say("Your world"), w.gauges.find(g => g.id === gauge.id).series, gauge.unit])} /><//>`)}
    ${worlds.map(world => (world.scheme ? html`<section class="leaf-begin" key=${world.id}>${many ? html`<h2>${say("World {id}", {id: world.id})}</h2>` : null}<${TieTable} scheme=${world.scheme} called=${called(world)} /><${RouteTable} scheme=${world.scheme} /></section>` : null))}<//></div></main>`;
}

const TieTable = ({scheme, called}) => html`<table class="tight"><caption>${say("Scheme of routes and ties")}</caption><thead><tr><td></td><th scope="col">${say("ties")}</th><th scope="col" class="num">${say("Trade with Kazakhstan, $ bn a year")}</th></tr></thead><tbody>${scheme.ties.filter(t => t.a === "KAZ" || t.b === "KAZ").map(t => { const other = t.a === "KAZ" ? t.b : t.a; return html`<tr><th scope="row"><${Mark} actor=${other} /> ${called[other] || other}</th><td>${t.relation === null || t.relation === undefined ? "–" : tie(t.relation).word}</td><td class="num">${number(t.trade, 1)}</td></tr>`; })}</tbody></table>`;
const RouteTable = ({scheme}) => html`<table class="tight"><thead><tr><th scope="col">${say("Routes and ties")}</th><th scope="col">${say("State")}</th><th class="num" scope="col">%</th></tr></thead><tbody>${scheme.routes.map(route => html`<tr><th scope="row">${route.name}</th><td>${routeState(route)}</td><td class="num">${percent(route.capacity)}</td></tr>`)}</tbody></table>`;
