// The wall: for everybody in the room, from the last row. No nickname and nothing hidden ever comes here.
import {html, render, useEffect, useRef, useState} from "./html.js";
import {connect, keep, tongueOf} from "./link.js";
import {LANGUAGES, language, number, say, speak} from "./say.js";
import {Cast, Change, Clock, Mark, Now, Picture, Said, inside, stageWords, turnWords} from "./parts.js";
import {Legend, Scheme} from "./scheme.js";
import {ItemBoard, ItemWall} from "./items.js";
import {Leaves} from "./leaves.js";
import {AFTER, AsTables, Courses, Example, Many, Trade, questionOf} from "./wall.js";

const SHORT = {kk: "Қаз", ru: "Рус", en: "Eng"};
const TOKEN = location.hash.slice(1);

function JoinScreen({view}) {
  return html`<main class="stage even"><div class="center"><div class="qr"><${Picture} svg=${view.room.qr} alt=${say("QR code of the address")} /></div></div>
    <div class="stack middle"><p class="huge"><span lang="kk">Қош келдіңіз</span><br /><span lang="ru">Добро пожаловать</span><br /><span lang="en">Welcome</span></p><p>${String(view.room.address).replace(/\/\?code=.*/, "")}</p><p class="code huge">${view.room.code}</p><p class="huge num">${view.seats.taken} / ${view.seats.all}</p>
      ${view.survey && view.survey.before ? html`<p>${say("Questions answered: {n}", {n: view.survey.before})}</p>` : null}</div></main>`;
}

function News({world}) {
  const answered = (world.questions || []).filter(one => one.answer).map(one => html`<p>${one.actor_name}: <q>${one.text}</q> – <q>${one.answer}</q></p>`);
  // The front page of the press; a line that the teacher typed stays whatever the press chose.
  if (world.front) return html`<div class="close">${world.front.headline ? html`<p><${Mark} actor="press" /> <b>${world.front.headline}</b></p>` : html`<p><${Mark} actor="press" /> <b>${say("Press")}</b></p>`}<ol class="numbered">${world.front.lines.map(line => html`<li>${line.text}</li>`)}</ol>${world.front.more.filter(line => line.id.startsWith("line:")).map(line => html`<p>• ${line.text}</p>`)}${answered}</div>`;
  if (answered.length) return html`<div class="close">${world.news.map(item => html`<p>• ${item.text}</p>`)}${answered}</div>`;
  return world.news.length ? html`<ul class="close">${world.news.map(item => html`<li>• ${item.text}</li>`)}</ul>` : html`<p class="soft">${say("No news.")}</p>`;
}

const names = world => Object.fromEntries((world.scheme ? world.scheme.nodes : []).map(node => [node.id, node.name]));

// One vote in full; two and more as a table, a column each.
function VoteBoard({world, name, turn}) {
  const called = names(world), votes = world.votes.slice(-3), {items = []} = world;
  const own = items.map(item => html`<${ItemBoard} item=${item} called=${called} />`);
  if (!votes.length && items.length) return html`<section class="card"><${Leaves} ...${turn}><div class="close"><h2>${name || say("Votes")}</h2>${own}</div><//></section>`;
  if (!votes.length) return html`<section class="card stack"><h2>${name || say("Votes in the General Assembly")}</h2><p class="soft">${say("No vote last quarter.")}</p></section>`;
  const actors = Object.keys(votes[0].cast);
  return html`<section class="card"><${Leaves} ...${turn}><div class="close"><h2>${name || say("Votes in the General Assembly")}</h2>
    ${votes.map((vote, i) => html`<p class="tight"><b>${votes.length > 1 ? `${i + 1} · ` : ""}${vote.title}</b></p>`)}
    <table class="board"><thead class=${votes.length > 1 ? "" : "unseen"}><tr><th scope="col">${say("Seat")}</th>${votes.map((_, i) => html`<th scope="col">${i + 1}</th>`)}</tr></thead>
      <tbody>${actors.map(actor => html`<tr><th scope="row"><${Mark} actor=${actor} /> ${called[actor] || actor}</th>${votes.map(vote => html`<td><${Cast} vote=${vote.cast[actor]} />${vote.explained && vote.explained[actor] ? html`<br /><q>${vote.explained[actor]}</q>` : null}</td>`)}</tr>`)}</tbody></table>${own}</div><//></section>`;
}

// A vote as the Secretariat runs it: the title, who has voted and never how, who has the floor.
function Assembly({world, turn}) {
  const {opened, floor, speakers} = world.assembly, called = names(world);
  const text = opened.find(one => !one.closed) || opened[opened.length - 1];
  const voters = text.roll.filter(row => row.voted !== null);
  return html`<main class="stage even"><section class="card"><${Leaves}><div class="close"><p>${say("General Assembly")}</p><h2>${text.title}</h2><p class="soft">${text.about}</p>${text.sentence ? html`<p>${text.sentence}</p>` : null}<p>${text.closed ? `✓ ${say("The vote is closed.")}` : html`${say("The vote is open: {n} of {all} have voted.", {n: voters.filter(row => row.voted).length, all: voters.length})}`}</p></div><//></section>
    <section class="card"><${Leaves} ...${turn}><div class="close"><ul class="heads">${text.roll.map(row => html`<li class=${row.actor === floor ? "now" : ""}><${Mark} actor=${row.actor} /> ${row.name} <b class="nowrap">${row.voted ? `✓ ${say("has voted")}` : row.voted === false && row.called && !text.closed ? `… ${say("called")}` : ""}</b>${row.actor === floor ? html` <b class="nowrap">◀ ${say("has the floor")}</b>` : null}</li>`)}</ul>${speakers.length ? html`<p class="soft">${say("Speakers")}: ${speakers.map(actor => called[actor]).join(", ")}</p>` : null}</div><//></section></main>`;
}

// Who speaks and who is next, in a line of the heading: whatever the wall shows.
function Floor({worlds, all}) {
  return worlds.filter(world => world.assembly && world.assembly.floor).map(world => {
    const {floor, speakers} = world.assembly, called = names(world), next = speakers.slice(speakers.indexOf(floor) + 1);
    return html` · <span>${all > 1 ? `${say("World {id}", {id: world.id})}: ` : ""}<${Mark} actor=${floor} /> <b>${called[floor]}</b> ${say("has the floor")}${speakers.includes(floor) && next.length ? ` (${say("next: {name}", {name: called[next[0]]})})` : ""}</span>`;
  });
}

// What the lesson says of this round, from the last row: news, cards, what was decided in earlier parts.
function Told({room, world}) {
  const {step, cards = [], items = []} = room, called = names(world), decided = world.decided || [];
  const words = cards.length ? null : html`<${Said} said=${world.said} names=${called} />`;
  if (!step && !cards.length && !items.length) return html`<div class="close"><${News} world=${world} />${words}</div>`;
  const front = world.front ? html`<${News} world=${world} />` : null;
  return html`<div class="close">${front}${cards.length ? [...cards].reverse().map(card => html`<p><b>${card.title}.</b> ${card.text}</p>`) : html`<p>${(step || {}).news}</p>`}${items.map(item => html`<${ItemWall} item=${item} />`)}
    ${decided.length && !cards.length ? html`<p>${[...new Set(decided.map(move => move.actor))].map(actor => html`<span class="nowrap"><${Mark} actor=${actor} /> ${called[actor] || actor}</span>: ${decided.filter(move => move.actor === actor).map(move => move.title).join("; ")}. `)}</p>` : null}${words}${!front && (world.news.length || (world.questions || []).length) ? html`<${News} world=${world} />` : null}</div>`;
}

function SchemeScreen({world, room, turn}) {
  return html`<main class="stage map"><${Scheme} scheme=${world.scheme} /><${Leaves}><${Legend} routes=${world.scheme.routes} /><//><section class="card news"><h2 class="unseen">${say("News")}</h2><${Leaves} ...${turn}><${Told} room=${room} world=${world} /><//></section></main>`;
}

function GaugeBoard({world, name}) {
  return html`<section class="card"><${Leaves}><div class="close"><h2>${name}</h2>${world.gauges.slice(0, 5).map(gauge => html`<div class="gauge" key=${gauge.id}><p>${gauge.name}</p><p class="row apart"><b class="num">${gauge.text}</b><${Change} by=${gauge.change} better=${gauge.better} unit=${gauge.unit} /></p></div>`)}
    ${world.lines.filter(line => line.crossed).map(line => html`<p class="bad">✕ ${say("Red line crossed:")} <b>${line.name}</b></p>`)}</div><//></section>`;
}

// Red lines of all worlds that are shown: those that were crossed, by name.
function Crossed({worlds}) {
  const crossed = world => world.lines.filter(line => line.crossed), any = worlds.some(world => crossed(world).length);
  return html`<div class="beside"><${Leaves}><div class="close"><p><b>${say("Red lines")}</b></p>${any ? worlds.map(world => html`<p key=${world.id}>${worlds.length > 1 ? `${say("World {id}", {id: world.id})}: ` : ""}${crossed(world).length ? html`<b class="bad">✕ ${crossed(world).map(line => line.name).join("; ")}</b>` : "✓"}</p>`) : html`<p>✓ ${say("None of the {n} red lines was crossed.", {n: worlds[0].lines.length})}</p>`}</div><//></div>`;
}

// A press conference: whose head answers, for how long yet, and what everybody may ask about.
function Press({room, world, name, time, turn}) {
  const called = names(world), {speakers = []} = world.assembly || {};
  const asked = room.phase !== "playing" && (world.questions || []).find(one => one.actor === room.speaker);
  const order = [...speakers, ...Object.keys(called).filter(actor => !speakers.includes(actor))];
  return html`<main class="stage even"><section class="card"><${Leaves} ...${turn}><div class="close"><h2>${say("Press conference")}</h2>${asked ? html`<p><q>${asked.text}</q></p>` : html`<p class="soft">${say("Each head takes one question of another delegation: a minute for the answer.")}</p>`}
    <ul class="heads">${order.map(actor => html`<li class=${actor === room.speaker ? "now" : ""} aria-current=${actor === room.speaker ? "true" : null}><${Mark} actor=${actor} /> ${called[actor]}${actor === room.speaker ? html` <b class="nowrap">◀ ${say("answers now")}</b>` : null}</li>`)}</ul>${room.speaker && room.phase !== "playing" ? html`<p class="clock-row"><${Clock} time=${time} /></p>` : null}</div><//></section><${GaugeBoard} world=${world} name=${name} /></main>`;
}

function Big({children}) { return html`<main class="stage one"><div class="center stack huge">${children}</div></main>`; }

function Wall({view, time, tongue, told}) {
  const {room} = view;
  const [at, setAt] = useState(0);
  const many = view.worlds.length;
  // One world after the other, twenty seconds each; an arrow key goes on at once.
  useEffect(() => {
    if (many < 2) return undefined;
    const turn = setInterval(() => setAt(n => n + 1), 20000);
    const key = event => { if (event.key === "ArrowRight") setAt(n => n + 1); if (event.key === "ArrowLeft") setAt(n => n + many - 1); };
    addEventListener("keydown", key);
    return () => { clearInterval(turn); removeEventListener("keydown", key); };
  }, [many]);
  const world = view.worlds[(room.tables ? 0 : at + room.leaf) % Math.max(many, 1)];
  const over = room.phase === "over", finished = AFTER[room.screen];
  const screen = room.screen === "example" ? "example" : room.phase === "lobby" && room.screen !== "quiet" ? "join" : over && !finished && !["worlds", "gauges", "press"].includes(room.screen) ? "end" : finished && !over ? "scheme" : room.screen;
  const playing = room.phase === "playing";
  const single = many > 1 && ["scheme", "gauges", "press"].includes(screen);
  // Where the Secretariat runs a vote or announces one, the wall follows it.
  const sits = world && world.assembly && screen === "scheme" ? (playing && world.assembly.opened.length ? "assembly" : room.phase === "between" && world.assembly.announced.length ? "announced" : screen) : screen;
  const tables = room.tables && world && world.gauges.length && sits === screen && ["scheme", "gauges", "press", "worlds"].includes(screen) && (many < 3 ? view.worlds : screen === "worlds" ? null : [world]);
  const pair = many < 2 ? view.worlds : [world, view.worlds[(at + room.leaf + 1) % many]].sort((a, b) => (a.id < b.id ? -1 : 1));
  // Of one world the console turns these leaves too; until it does, and where worlds follow each other, they turn by themselves.
  const turn = many < 2 ? {at: room.leaf || undefined, told} : {};
  const screens = {
    assembly: () => html`<${Assembly} world=${world} turn=${turn} />`, announced: () => html`<main class="stage one"><${VoteBoard} world=${world} turn=${turn} /></main>`,
    join: () => html`<${JoinScreen} view=${view} />`, scheme: () => html`<${SchemeScreen} world=${world} room=${room} turn=${turn} />`,
    votes: () => html`<main class=${`stage ${many > 1 ? "even" : "one"}`}>${pair.map(one => html`<${VoteBoard} key=${one.id} world=${one} turn=${turn} name=${many > 1 ? say("World {id}", {id: one.id}) : ""} />`)}</main>`,
    gauges: () => html`<${Courses} worlds=${[world]} token=${TOKEN}><${Trade} world=${world} token=${TOKEN} /><//>`,
    worlds: () => (many > 2 ? html`<${Many} view=${view} told=${told} token=${TOKEN} />` : html`<${Courses} worlds=${view.worlds} token=${TOKEN}><${Crossed} worlds=${view.worlds} /><//>`),
    quiet: () => html`<${Big}><p>${say("Quiet reading")}</p><p class="soft">${say("Read your brief. Choose the doctrine nearest to your aim.")}</p><${Clock} time=${time} /><//>`,
    press: () => html`<${Press} room=${room} world=${world} name=${say("Five results of Kazakhstan")} time=${time} turn=${turn} />`,
    example: () => html`<${Example} view=${view} tables=${room.tables} told=${told} token=${TOKEN} />`,
    end: () => html`<${Big}><p>${say("You are yourselves again")}</p><p class="soft">${say("The numbers come from a model. They are not a forecast.")}</p><//>`,
  };
  return html`<div class="projector"><header class="row apart"><div><h1>${screen === "join" || room.phase === "over" ? room.title : room.phase === "between" ? (inside(room) ? say("This part of the quarter is over.") : say("The quarter is over.")) : room.step && room.step.parts > 1 ? room.step.title : room.quarter_text}</h1>
      <p class="soft">${playing || room.phase === "between" ? `${turnWords(room)}${playing ? ` · ${stageWords(room)}` : ""}${room.last_turn && playing ? ` · ${say("final quarter")}` : ""}${room.rehearsal ? ` · ${say("rehearsal")}` : ""}` : screen === "join" ? room.question : over ? questionOf(screen, many > 1) || "" : ""}${single ? html` · <b>${say("World {id}", {id: world.id})}</b>` : ""}${world && sits !== "assembly" ? html`<${Floor} worlds=${single ? [world] : view.worlds} all=${single ? 1 : many} />` : null}</p></div>
      <div class="row">${room.locked || screen === "join" || room.phase === "over" ? null : html`<span class="code">${room.code}</span>`}${playing && screen !== "quiet" ? html`<${Clock} time=${time} />` : null}</div></header>
    ${world || ["join", "example"].includes(screen) ? (tables ? html`<${AsTables} view=${view} worlds=${tables} told=${told} />` : finished && over ? finished({token: TOKEN, room, told}) : (screens[sits] || screens.scheme)()) : html`<${JoinScreen} view=${view} />`}
    <footer class="foot"><span>${say("From a model, not a forecast")}</span><span class="row">${LANGUAGES.map(([code, name]) => html`<button class="quiet" lang=${code} aria-label=${name} aria-pressed=${String(language() === code)} onClick=${() => tongue(code)}>${SHORT[code]}</button>`)}<button class="quiet" aria-label=${say("Light or dark room")} onClick=${() => { const root = document.documentElement; const dark = root.dataset.theme === "dark" || (!root.dataset.theme && matchMedia("(prefers-color-scheme: dark)").matches); root.dataset.theme = dark ? "light" : "dark"; }}>◐</button></span></footer></div>`;
}

function App() {
  const [, again] = useState(0);
  const [view, setView] = useState(null);
  const [time, setTime] = useState({left: null, running: false, at: 0});
  const [over, setOver] = useState(0);
  const wire = useRef(null);
  useEffect(() => {
    wire.current = connect({token: TOKEN, language: language(), open: () => {}, over: setOver, heard: message => {
      if (message.type === "view") { document.title = message.room.title; setView(message); setTime({left: message.room.left, running: message.room.running, at: performance.now()}); }
      else if (message.type === "tick") setTime({left: message.left, running: message.running, at: performance.now()});
    }});
    return () => wire.current.close();
  }, []);
  const tongue = async wanted => { await speak(wanted); keep("projector-language", wanted); wire.current.ask({do: "language", language: wanted}); again(n => n + 1); };
  if (over) return html`<main class="teacher"><p class="note bad" role="alert">${over === 4410 ? say("The session is over and deleted.") : say("This address does not open the projector. Use the one that the server printed.")}</p></main>`;
  if (!view) return html`<main class="teacher"><p>${say("One moment …")}</p></main>`;
  return html`<${Wall} view=${view} time=${time} tongue=${tongue} told=${count => wire.current.ask({do: "leaves", count})} />`;
}

speak(tongueOf("projector") || "kk").catch(() => {}).then(() => render(html`<${App} />`, document.getElementById("page")));
