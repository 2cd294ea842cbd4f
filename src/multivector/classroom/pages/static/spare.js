// The two seats that belong to no delegation: the press, which puts in order what happened and asks, and the Secretariat,
// which conducts the vote. Fetched by whoever sits there.
import {html, useEffect, useState} from "./html.js";
import {say} from "./say.js";
import {Cast, Choice, Clock, Mark, Now, Pick, inside, stageWords, turnWords} from "./parts.js";
import {Tongues} from "./join.js";
import {Badge, LastQuarter, Predictions, Result, Survey} from "./play.js";
import {Rules} from "./rules.js";

const GROUPS = () => [[say("News"), ["card", "event", "line", "hazard", "crossed"]], [say("Votes"), ["vote"]], [say("Moves"), ["move"]], [say("Answers to the press"), ["said"]], [say("Five results"), ["gauge"]]];
const moved = (list, i, to) => { const next = [...list]; const [one] = next.splice(i, 1); next.splice(to, 0, one); return next; };

function FrontPage({view, act}) {
  const {press} = view;
  const [lines, setLines] = useState(press.lines);
  const [headline, setHeadline] = useState(press.headline || "");
  const told = Object.fromEntries(press.items.map(item => [item.id, item.text]));
  const chosen = lines.filter(id => id in told);
  const fitting = press.headlines.filter(one => one.needs.some(id => chosen.includes(id)));
  const fits = fitting.some(one => one.id === headline);
  const printed = press.lines.length && press.lines.join() === chosen.join() && (press.headline || "") === (fits ? headline : "");
  const full = chosen.length >= press.most;
  const toggle = id => setLines(chosen.includes(id) ? chosen.filter(one => one !== id) : [...chosen, id]);
  return html`<div class="stack"><section class="card stack"><h2>${say("What happened")}</h2><p class="small soft">${say("Choose up to {n} lines, the most important first. They are the news on the wall and on all pages of your world.", {n: press.most})}</p>
      ${press.items.length ? GROUPS().map(([name, kinds]) => { const here = press.items.filter(item => kinds.includes(item.id.split(":")[0]));
        return here.length ? html`<div class="close" key=${name}><h3>${name}</h3><div class="choices">${here.map(item => { const at = chosen.indexOf(item.id); return html`<label key=${item.id} class=${`choice ${at >= 0 ? "chosen" : full ? "off" : ""}`}><input type="checkbox" checked=${at >= 0} disabled=${full && at < 0} onChange=${() => toggle(item.id)} /><span class="grow">${item.text}</span>${at >= 0 ? html`<b class="num">${at + 1}</b>` : null}</label>`; })}</div></div>` : null; }) : html`<p class="soft">${say("Nothing yet. Ask the delegations.")}</p>`}</section>
    <section class="card stack"><h2>${say("Front page")}</h2>
      ${chosen.length ? html`<ol class="numbered">${chosen.map((id, i) => html`<li key=${id}><div class="row"><span class="grow">${told[id]}</span>${i ? html`<button aria-label=${say("{title}: earlier", {title: told[id]})} onClick=${() => setLines(moved(chosen, i, i - 1))}>↑</button>` : null}<button aria-label=${say("{title}: take off", {title: told[id]})} onClick=${() => toggle(id)}>✕</button></div></li>`)}</ol>
        <${Pick} id="headline" label=${say("Headline (if you like)")} value=${fits ? headline : ""} set=${setHeadline}><option value="">${say("without a headline")}</option>${fitting.map(one => html`<option value=${one.id}>${one.text}</option>`)}<//>` : html`<p class="soft">${say("No line is chosen yet. Without you the news come in their ordinary order.")}</p>`}
      ${printed ? html`<p class="note good" role="status">✓ ${say("Printed: all of your world read it now.")}${press.editions_left ? ` ${say("You may print it once more.")}` : ""}</p>` : press.editions_left ? html`<button class="main wide" disabled=${!chosen.length} onClick=${() => act("publish", {lines: chosen, ...(fits ? {headline} : {})})}>${press.lines.length ? say("Print the second edition") : say("Print the front page")}</button>` : html`<p class="note">${say("Two editions a round are all.")}</p>`}</section></div>`;
}

function Ask({view, act}) {
  const {press, room, partners} = view;
  const [actor, setActor] = useState("");
  const [question, setQuestion] = useState("");
  const asked = press.asked.map(one => one.actor);
  const speaker = press.conference && partners.find(one => one.actor === room.speaker);
  const may = one => one.people && !asked.includes(one.actor);
  const to = speaker ? speaker.actor : partners.some(one => one.actor === actor && may(one)) ? actor : "";
  const send = event => { event.preventDefault(); act("ask", {actor: to, question}).then(answer => { if (answer.type === "ok" && !speaker) { setActor(""); setQuestion(""); } }); };
  return html`<div class="stack"><form class="card stack" onSubmit=${send}><h2>${speaker ? say("Press conference") : say("Ask a delegation")}</h2>
      <p class="small soft">${speaker ? say("{name} answers now. Choose the question; the wall shows it.", {name: speaker.name}) : say("Up to three questions a round, one to a delegation. Its head answers with a sentence; all see it, and it may stand on your next front page.")}</p>
      ${speaker ? null : html`<fieldset><legend>${say("Questions left: {n}", {n: press.questions_left})}</legend><div class="choices">${partners.map(one => html`<${Choice} key=${one.actor} name="asked" value=${one.actor} chosen=${to === one.actor} off=${!may(one) || !press.questions_left} set=${setActor}><${Mark} actor=${one.actor} /> ${one.name}${asked.includes(one.actor) ? ` · ${say("asked")}` : one.people ? "" : ` · ${say("a machine plays")}`}<//>`)}</div></fieldset>`}
      <fieldset><legend>${say("Question")}</legend><div class="choices">${press.questions.map(one => html`<${Choice} key=${one.id} name="question" value=${one.id} chosen=${question === one.id} set=${setQuestion}>${one.text}<//>`)}</div></fieldset>
      <button class="main wide" disabled=${!to || !question || !press.questions_left}>${say("Ask")}</button></form>
    ${press.asked.length ? html`<section class="card stack"><h2>${say("Asked")}</h2><ul class="stack" aria-live="polite">${press.asked.map(one => html`<li class="close" key=${one.actor}><p><${Mark} actor=${one.actor} /> <b>${one.actor_name}</b>: ${one.text}</p>${one.answer ? html`<p><q>${one.answer}</q></p>` : press.conference ? null : html`<p class="soft small">${say("no answer yet")}</p>`}</li>`)}</ul></section>` : null}</div>`;
}

// Delegations by name: who has voted or confirmed, a button to call, a button for the floor.
function Roll({view, rows, done, act}) {
  const {floor} = view.secretariat;
  return html`<ul>${rows.map(row => html`<li class="move close" key=${row.actor}><p class="row apart"><span class="actor"><${Mark} actor=${row.actor} /><span>${row.name}</span></span>${!row.people ? html`<span class="tag">${say("a machine plays")}</span>` : done(row) ? html`<span class="tag good">✓ ${say("done")}</span>` : html`<span class="tag">${row.called ? say("called") : say("not yet")}</span>`}</p>
    <div class="row">${row.people && !done(row) ? html`<button disabled=${row.called} onClick=${() => act("call", {actor: row.actor})}>${row.called ? `✓ ${say("called")}` : say("Call by name")}</button>` : null}
      ${row.people ? html`<button aria-pressed=${String(floor === row.actor)} onClick=${() => act("floor", {actor: floor === row.actor ? null : row.actor})}>${floor === row.actor ? say("Has the floor") : say("Give the floor")}</button>` : null}</div></li>`)}</ul>`;
}

function Text({text, view, act}) {
  const rows = view.secretariat.roll, voted = row => text.voted.includes(row.actor);
  const left = rows.filter(row => row.people && !voted(row));
  const can = !left.some(row => !row.called);
  return html`<section class="card stack"><p class="tag">${say("General Assembly")}</p><h2>${text.title}</h2>
    <dl class="close small"><div><dt class="soft">${say("It is about")}</dt><dd>${text.about}${text.names ? ` · ${say("it names: {name}", {name: text.names})}` : ""}</dd></div>${text.sentence ? html`<div><dt class="soft">${say("What it asks for")}</dt><dd>${text.sentence}</dd></div>` : null}<div><dt class="soft">${say("Source:")}</dt><dd>${text.source}</dd></div></dl>
    ${text.closed ? html`<p class="note good">✓ ${say("The vote is closed. Announce the result when the quarter is over.")}</p>` : !text.opened ? html`<p>${say("Read the title aloud, then open the vote.")}</p><button class="main wide" disabled=${view.secretariat.texts.some(one => one.opened && !one.closed)} onClick=${() => act("open-vote", {text: text.id})}>${say("Open the vote")}</button>`
      : html`<p class="note">${say("The vote is open: {n} of {all} have voted.", {n: text.voted.length, all: rows.filter(row => row.people).length})} ${left.length ? say("Call who has not, give the floor for explanations, then close.") : ""}</p>`}
    ${text.opened && !text.closed ? html`<${Roll} view=${view} rows=${rows} done=${voted} act=${act} /><button class="main wide" disabled=${!can} onClick=${() => act("close-vote", {text: text.id})}>${say("Close the vote")}</button><p class="small soft">${say("What you do not close, the clock closes.")}</p>` : null}</section>`;
}

function Speakers({view, act}) {
  const {speakers, floor} = view.secretariat;
  const called = Object.fromEntries(view.partners.map(one => [one.actor, one.name]));
  const set = order => act("speakers", {order});
  const rest = view.partners.filter(one => one.people && !speakers.includes(one.actor));
  return html`<section class="card stack"><h2>${say("Speakers")}</h2><p class="small soft">${say("The order in which delegations speak at the look at the wall and to the press. The wall shows it.")}</p>
    ${speakers.length ? html`<ol class="numbered">${speakers.map((actor, i) => html`<li key=${actor}><div class="row apart"><span class="actor"><${Mark} actor=${actor} /><span>${called[actor]}</span></span><span class="row">${i ? html`<button aria-label=${say("{title}: earlier", {title: called[actor]})} onClick=${() => set(moved(speakers, i, i - 1))}>↑</button>` : null}<button aria-label=${say("{title}: take off", {title: called[actor]})} onClick=${() => set(speakers.filter(one => one !== actor))}>✕</button>
      <button aria-pressed=${String(floor === actor)} onClick=${() => act("floor", {actor: floor === actor ? null : actor})}>${floor === actor ? say("Has the floor") : say("Give the floor")}</button></span></div></li>`)}</ol>` : html`<p class="soft">${say("The list is empty.")}</p>`}
    ${rest.length ? html`<div class="row">${rest.map(one => html`<button key=${one.actor} onClick=${() => set([...speakers, one.actor])}>+ <${Mark} actor=${one.actor} /> ${one.name}</button>`)}</div>` : null}</section>`;
}

function Results({view, act}) {
  const called = Object.fromEntries(view.partners.map(one => [one.actor, one.name]));
  return html`${view.secretariat.results.map(one => html`<section class="card stack" key=${one.id}><p class="tag">${say("General Assembly")}</p><h2>${one.title}</h2>
    <p><b>${one.counts.map(count => `${count.text}: ${count.count}`).join(" · ")}</b></p><ul class="close">${Object.entries(one.cast).map(([actor, vote]) => html`<li><${Mark} actor=${actor} /> ${called[actor] || actor}: <${Cast} vote=${vote} /></li>`)}</ul>
    ${one.announced ? html`<p class="good">✓ ${say("announced")}</p>` : html`<p>${say("Read the result aloud.")}</p><button class="main wide" onClick=${() => act("announce", {text: one.id})}>${say("Announce: the wall shows it")}</button>`}</section>`)}`;
}

const Duty = ({seat}) => html`<section class="card stack"><h2>${say("What you do")}</h2><p>${seat.does}</p><p><b>${say("What you see:")}</b> ${seat.sees}.</p><p class="small soft">${say("You belong to no delegation: you decide nothing for a state, and nothing private comes to you.")}</p></section>`;

export function Spare({view, time, act, trouble, tongue}) {
  const {room, seat} = view;
  const press = seat.ministry === "press";
  const [pane, setPane] = useState("");
  const names = Object.fromEntries(view.partners.map(one => [one.actor, one.name]));
  const playing = room.phase === "playing";
  const round = `${room.turn} ${room.step ? room.step.id : ""}`;
  const texts = press ? [] : view.secretariat.texts;
  const world = html`<div class="stack"><${Now} room=${room} decided=${view.public.decided} names=${names} /><${LastQuarter} past=${view.public} names=${names} /><${Predictions} view=${view} act=${act} /></div>`;
  const page = press ? html`<${FrontPage} key=${round} view=${view} act=${act} />` : null;
  const ask = press ? html`<${Ask} view=${view} act=${act} />` : null;
  const panes = press ? [["front", say("Front page"), view.press.lines.length || !view.press.items.length ? 0 : 1, page], ["ask", say("Questions"), 0, ask], ["world", say("World"), 0, world]]
    : [...(texts.length ? [["vote", say("Vote"), texts.filter(text => !text.closed).length, html`<div class="stack">${texts.map(text => html`<${Text} key=${text.id} text=${text} view=${view} act=${act} />`)}</div>`]] : []),
      ["roll", say("Roll"), 0, html`<section class="card stack"><h2>${say("Who has confirmed")}</h2><p class="small soft">${say("Call a delegation that has not: its page says so. Nobody has to wait.")}</p><${Roll} view=${view} rows=${playing ? view.secretariat.roll : []} done=${row => row.confirmed} act=${act} /></section>`],
      ["speakers", say("Speakers"), 0, html`<${Speakers} view=${view} act=${act} />`], ["world", say("World"), 0, world]];
  const here = panes.some(([id]) => id === pane) ? pane : panes[0][0];
  useEffect(() => setPane(""), [round]);
  const go = id => { setPane(id); setTimeout(() => { scrollTo(0, 0); const target = document.getElementById(`pane-${id}`); if (target) target.focus({preventScroll: true}); }); };
  const survey = view.survey.open && !view.survey.answered ? html`<${Survey} key=${view.survey.open} survey=${view.survey} act=${act} />` : null;
  const column = ids => html`<div class="stack">${panes.filter(([id]) => ids.includes(id)).map(([id, name, , body]) => html`<section key=${id} id=${`pane-${id}`} tabindex="-1" class=${`pane ${here === id ? "here" : ""}`} aria-label=${name}>${body}</section>`)}</div>`;
  return html`<div class=${`student ${playing ? "playing" : ""}`}><a class="skip" href="#main">${say("To the content")}</a>
    <header class="bar">${room.phase === "lobby" ? null : html`<h1 class="unseen">${room.title}</h1>`}<div class="row apart"><${Badge} view=${view} />${playing || room.reading || room.speaker ? html`<${Clock} time=${time} tell />` : null}</div>
      ${room.turn || playing ? html`<p class="small soft">${turnWords(room)} · ${room.quarter_text}${playing ? ` · ${stageWords(room)}` : ""}${playing && room.last_turn ? ` · ${say("final quarter")}` : ""}${room.rehearsal ? html` · <b>${say("rehearsal")}</b>` : null}</p>` : null}</header>
    <main id="main" class="stack">${trouble ? html`<p class="note bad" role="alert">${trouble}</p>` : null}${survey}
      ${room.phase === "lobby" ? html`<section class="card stack"><h1>${room.title}</h1><p>${room.question}</p>${room.note ? html`<p class="note">${room.note}</p>` : null}<p class="note good">✓ ${say("You are in. The teacher starts the game.")} <b>${seat.nickname}</b></p></section><${Duty} seat=${seat} /><section class="card stack"><h2>${say("Rules")}</h2><${Rules} /></section>` : null}
      ${playing ? html`<div class="panes">${press ? html`${column(["front"])}${column(["ask"])}${column(["world"])}` : html`${column(["vote", "roll"])}${column(["speakers"])}${column(["world"])}`}</div>` : null}
      ${room.phase === "between" ? html`<div class="stack"><p class="note">${inside(room) ? say("This part of the quarter is over. The teacher starts the next one.") : say("The quarter is over. The teacher starts the next one.")}</p>${press && view.press.conference ? ask : null}${page}${press ? null : html`<${Results} view=${view} act=${act} /><${Speakers} view=${view} act=${act} />`}${world}</div>` : null}
      ${room.phase === "over" ? html`<div class="stack">${press && view.press.conference ? ask : null}${press ? null : html`<${Results} view=${view} act=${act} />`}<${Result} view=${view} names=${names} /></div>` : null}
      ${room.phase === "lobby" ? null : html`<details class="small"><summary>${say("What you do")}</summary><${Duty} seat=${seat} /></details>`}
      <details class="small"><summary>${say("Language and seat")}</summary><div class="stack"><${Tongues} set=${tongue} /><button class="warn" onClick=${() => confirm(say("Give your seat up? The ordinary order takes over.")) && act("leave")}>${say("Leave the room")}</button></div></details>
    </main>
    ${playing ? html`<nav class="tabs" aria-label=${say("Parts of the page")}>${panes.map(([id, name, count]) => html`<button key=${id} aria-current=${String(here === id)} onClick=${() => go(id)}>${name}${count ? html`<span class="count">${count}<span class="unseen"> ${say("new")}</span></span>` : null}</button>`)}</nav>` : null}</div>`;
}
