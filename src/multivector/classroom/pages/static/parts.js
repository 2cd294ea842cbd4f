// What pages share beyond the first: a clock, votes, changes, what the lesson says of a round.
import {html, useEffect, useState} from "./html.js";
import {clock, number, percent, say} from "./say.js";
import {Mark, announce} from "./first.js";

export {Choice, Mark, STAGES, announce, shape, stageWords, tint, turnWords} from "./first.js";

export const Actor = ({actor, name}) => html`<span class="actor"><${Mark} actor=${actor} /><span>${name || actor}</span></span>`;
// The QR code, SVG text: as an image it can run nothing.
const whole = svg => (svg.includes("xmlns") ? svg : svg.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"'));
export const Picture = ({svg, alt}) => html`<img src=${`data:image/svg+xml,${encodeURIComponent(whole(svg))}`} alt=${alt} />`;

// Seconds left, counted down between the server's ticks; `at`: when it last said so.
const MARKS = [60, 30, 10];
export const rest = ({left, running, at}) => (running ? left - (performance.now() - at) / 1000 : left);
export function Clock({time, tell}) {
  const [, beat] = useState(0);
  useEffect(() => {
    const every = setInterval(() => {
      beat(n => n + 1);
      const now = Math.ceil(rest(time));
      if (tell && time.running && MARKS.includes(now)) announce(say("{time} left", {time: clock(now)}));
    }, 1000);
    return () => clearInterval(every);
  }, [time.at]);
  if (time.left === null || time.left === undefined) return null;
  const seconds = rest(time);
  return html`<span class=${`clock num ${seconds <= 30 ? "soon" : ""}`} role="timer"><span class="unseen">${say("Time left:")} </span>${clock(seconds)}</span>`;
}

export const Pick = ({id, label, value, set, children, ...more}) => html`<div><label class="name" for=${id}>${label}</label>
  <select id=${id} class="wide" value=${value} onChange=${event => set(event.target.value)} ...${more}>${children}</select></div>`;

// A relation from -1 to 1 in a word; the bounds are the project's.
export function tie(x) {
  const words = [say("hostile"), say("strained"), say("cool"), say("good"), say("close")];
  const step = x < -0.4 ? 0 : x < 0 ? 1 : x < 0.3 ? 2 : x < 0.55 ? 3 : 4;
  return {step, word: words[step]};
}

export const VOTES = () => ({yes: say("for"), no: say("against"), abstain: say("abstain"), absent: say("not taking part")});
const SIGN = {yes: "✓", no: "✕", abstain: "–", absent: "○"};
export const Cast = ({vote}) => html`<span class="vote"><b aria-hidden="true">${SIGN[vote]}</b> ${VOTES()[vote] || vote}</span>`;

// Shares and ratios are said in per cent, everything else as it is.
export const amount = (x, unit, digits = 1, signed = false) => (/^(share|ratio)/.test(unit || "") ? percent(x, digits, signed) : number(x, digits + 1, signed));

// Up or down, better or worse: an arrow, a figure and a word.
export function Change({by, better, unit}) {
  if (by === null || by === undefined) return null;
  if (!/[1-9]/.test(amount(by, unit))) return html`<span class="soft">${say("unchanged")}</span>`;
  return html`<span class=${better === null || better === undefined ? "soft" : better ? "good" : "bad"}>${by > 0 ? "▲" : "▼"} ${amount(by, unit, 1, true)}${better === null || better === undefined ? "" : ` ${better ? say("better") : say("worse")}`}</span>`;
}

// What the lesson says of this round, the cards on the table, and what was decided in earlier parts of the quarter.
// A fact with its source; whoever finds it wrong says so, and is thanked.
export const Known = ({fact, doubted, act}) => html`<li class="move close"><p>${fact.text}</p><p class="small soft">${fact.general ? html`<b>${say("general knowledge, not read again")}</b> · ` : null}${say("Source:")} ${fact.source}</p>
  ${doubted ? html`<p class="small good">✓ ${say("Thank you: the teacher sees that you doubt this.")}</p>` : html`<button class="quiet" aria-label=${`${say("This seems wrong")}: ${fact.text}`} onClick=${() => act("doubt", fact.id)}>⚑ ${say("This seems wrong")}</button>`}</li>`;

// Words of delegations, question by question.
export const Said = ({said = [], names = {}}) => [...new Set(said.map(one => one.id))].map(id => html`<div class="close" key=${id}><h3>${said.find(one => one.id === id).asked}</h3><ul class="close">${said.filter(one => one.id === id).map(one => html`<li><${Mark} actor=${one.actor} /> <b>${names[one.actor] || one.actor}</b>: <q>${one.text}</q></li>`)}</ul></div>`);

export function Now({room, decided = [], said = [], names = {}, doubts = [], act = null}) {
  const {step, cards = []} = room;
  if (!step && !cards.length && !decided.length && !said.length) return null;
  return html`<section class="card stack"><h2>${step ? step.title : say("News")}</h2>${step && step.news ? html`<p>${step.news}</p>` : null}${step && step.task ? html`<p><b>${step.task}</b></p>` : null}
    ${act && step && step.facts.length ? html`<details><summary>${say("What the news rest on: facts and sources")}</summary><ul class="close">${step.facts.map(fact => html`<${Known} key=${fact.id} fact=${fact} doubted=${doubts.includes(fact.id)} act=${act} />`)}</ul></details>` : null}
    ${cards.map(card => html`<div class="note close" key=${card.id}><h3>${card.title}</h3><p>${card.text}</p>${card.source ? html`<p class="small soft">${say("Source:")} ${card.source}</p>` : null}</div>`)}
    ${decided.length ? html`<h3>${say("Decided so far this quarter")}</h3><ul class="close">${decided.map(move => html`<li><${Mark} actor=${move.actor} /> <b>${names[move.actor] || move.actor}</b>: ${move.title}</li>`)}</ul>` : null}<${Said} said=${said} names=${names} /></section>`;
}
export const inside = room => Boolean(room.step && room.step.part > 1);
