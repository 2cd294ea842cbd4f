// The teacher's console: everything that a lesson needs within two clicks.
import {html, render, useEffect, useRef, useState} from "./html.js";
import {connect, keep, tongueOf} from "./link.js";
import {clock, language, number, say, speak} from "./say.js";
import {Clock, Mark, Picture, Pick, STAGES, inside, turnWords} from "./parts.js";
import {Tongues} from "./join.js";
import {ItemSwitches} from "./items.js";
import {Paper} from "./paper.js";
import {RunSheet} from "./run-sheet.js";

const TOKEN = location.hash.slice(1);
const STATE = () => ({free: say("empty"), here: say("here"), away: say("away"), left: say("left"), kicked: say("taken back")});
const SCREENS = () => [["join", say("Code and QR")], ["example", say("One example move")], ["scheme", say("Routes and ties")], ["votes", say("Votes")], ["gauges", say("Five results")], ["worlds", say("Worlds side by side")], ["quiet", say("Quiet reading")], ["press", say("Press conference")],
  ["debrief-1", say("Debrief 1: what happened")], ["timeline", say("Timeline")], ["debrief-2", say("Debrief 2: why")], ["debrief-3", say("Debrief 3: what if")], ["leftout", say("What the model leaves out")], ["learned", say("Before and after")], ["end", say("End")]];

const LATER = ["debrief-1", "timeline", "debrief-2", "debrief-3", "leftout", "learned"];
const CHARTS = ["example", "scheme", "gauges", "worlds", "press", "debrief-1", "debrief-3"];

// A question before what cannot be taken back.
function Sure({words, yes, go, close, children}) {
  const box = useRef(null);
  useEffect(() => { const node = box.current; if (node.showModal) node.showModal(); else node.setAttribute("open", ""); return () => node.close && node.close(); }, []);
  return html`<dialog ref=${box} onClose=${close} aria-label=${words}><div class="stack"><p>${words}</p>${children}<div class="row"><button class="warn" onClick=${() => { go(); close(); }}>${yes}</button><button onClick=${close}>${say("Cancel")}</button></div></div></dialog>`;
}

// What would be lost if the round ended now: it is asked before, and follows what people do meanwhile.
function Open({view}) {
  const worlds = view.room.worlds, {waiting = {}, open = []} = view;
  const name = (world, actor) => html`<span class="nowrap"><${Mark} actor=${actor} /> ${view.actors[actor]}${worlds.length > 1 ? ` · ${world}` : ""}</span>`;
  const late = worlds.flatMap(world => (waiting[world] || []).map(actor => [world, actor]));
  const offers = open.filter(one => one.from), votes = open.filter(one => !one.from);
  const texts = [...new Set(votes.map(vote => vote.title))];
  if (!late.length && !open.length) return html`<p class="note good">✓ ${say("All have confirmed, answered and voted.")}</p>`;
  return html`<div class="stack small open">
    ${late.length ? html`<p><b>${say("Not confirmed:")}</b> ${late.map(([world, actor]) => html`${name(world, actor)} `)}</p>` : null}
    ${offers.length ? html`<div><p><b>${say("Offers without an answer; they would be refused:")}</b></p><ul>${offers.map(one => html`<li>${name(one.world, one.actor)} ← <${Mark} actor=${one.from} /> ${view.actors[one.from]}: ${one.title}</li>`)}</ul></div>` : null}
    ${texts.map(title => html`<p><b>${say("Votes not cast:")}</b> ${title} · ${votes.filter(vote => vote.title === title).map(vote => html`${name(vote.world, vote.actor)} `)}</p>`)}</div>`;
}

// How late the lesson is, and what to leave out. Between rounds time passes for the bar as well.
function Late({view, act, sure}) {
  const {room, runsheet = []} = view;
  const [, beat] = useState(0);
  const at = useRef(0);
  useEffect(() => { at.current = performance.now(); }, [view]);
  useEffect(() => { const timer = setInterval(() => beat(n => n + 1), 1000); return () => clearInterval(timer); }, []);
  if (room.late === null || room.late === undefined) return null;
  const late = room.late + (room.phase === "playing" && room.running ? 0 : (performance.now() - at.current) / 1000);
  if (late < 30) return html`<p class="note good">✓ ${say("In time")}</p>`;
  const skip = runsheet.find(row => row.skip && !row.past && row.length * 60 >= late * 0.5);
  const drop = late >= 180 && (room.phase === "playing" || room.phase === "between");
  return html`<div class="note bad row apart" role="status"><span><b>${say("You are {time} late", {time: clock(late)})}</b>${skip ? html`; ${say("leave out: {part}", {part: skip.name})}` : drop ? html`; ${say("leave out a quarter: its vote stays")}` : null}</span>
    ${drop ? html`<button onClick=${() => sure(say("Play one quarter less? Votes and debrief stay."), say("Leave out a quarter"), {do: "drop"})}>${say("Leave out a quarter")}</button>` : null}</div>`;
}

function Control({view, time, act, sure}) {
  const {room} = view;
  const [at, setAt] = useState("");
  const starts = view.starts || [];
  const playing = room.phase === "playing";
  const {played, planned} = view.quarters, cut = played < planned;
  // Which round is the last, and whether the lesson has more of them than are played.
  const tags = [room.rehearsal ? (cut ? say("rehearsal; the lesson has {all} quarters", {all: planned}) : say("rehearsal")) : cut ? say("cut short: {n} of {all} quarters", {n: played, all: planned}) : "",
    !room.last_turn ? "" : playing ? say("this one is the last") : room.phase === "between" ? say("the next one is the last") : ""].filter(Boolean);
  const phases = {lobby: say("Waiting for the class"), playing: STAGES()[room.stage] || "", between: say("Between quarters"), over: say("The game is over")};
  return html`<section class="card control stack" aria-label=${say("Clock")}><div class="row apart">
      <div class="close"><p><b>${room.turn || playing ? turnWords(room) : room.title}</b> ${room.quarter_text}${room.step ? html` · ${room.phase === "between" ? say("next: {name}", {name: room.step.title}) : room.step.title}` : null}</p>
        <p><span class="tag main">${!room.paused ? phases[room.phase] : room.rehearsal ? say("the clock stands still") : say("paused")}</span> ${tags.map(tag => html`<span class="tag">${tag}</span> `)}${room.locked ? html`<span class="tag">${say("locked")}</span>` : null} ${view.seats.filter(s => s.state === "here").length}/${view.seats.length} ${say("here")}</p></div>
      ${playing || room.reading || room.speaker ? html`<span class="big-clock"><${Clock} time=${time} /></span>` : null}</div>
    ${room.phase === "lobby" && room.rehearsal ? html`<p class="note">${say("You rehearse alone: join on a student's page, then start the game. Machines sit in all other seats; the clock stands still until you let it go on.")}</p>` : null}
    ${room.rush ? html`<p class="note bad" role="status">${say("Many seats are being taken at once from one address ({n} had to wait their turn). A class behind one hotspot does that. If it is not your class: lock the room, then take those seats back.", {n: room.rush})}</p>` : null}
    ${room.phase === "lobby" && room.note ? html`<p class="note">${room.note}</p>` : null}
    ${room.phase === "lobby" && starts.length > 1 ? html`<${Pick} id="start-at" label=${say("Begin with (the doctrines play what comes before)")} value=${at} set=${setAt}>${starts.map((one, i) => html`<option value=${i ? one.id : ""}>${one.title}</option>`)}<//>` : null}
    ${room.phase === "lobby" ? null : html`<${Late} view=${view} act=${act} sure=${sure} />`}
    <div class="row">
      ${room.phase === "lobby" && room.rehearsal ? html`<a class="button" href=${room.address} target="_blank" rel="noopener">${say("Open a student's page")}</a>` : null}
      ${room.phase === "lobby" && view.runsheet.length && !room.rehearsal ? html`<button disabled=${room.late !== null} onClick=${() => act({do: "lesson"})}>${room.late === null ? say("The lesson begins") : `✓ ${say("The lesson has begun")}`}</button>` : null}
      ${room.phase === "lobby" || room.phase === "between" ? html`<button aria-pressed=${String(room.reading)} onClick=${() => act({do: "screen", show: "quiet"})}>${say("Quiet reading: 2 minutes")}</button>` : null}
      ${room.phase === "lobby" || room.phase === "between" ? html`<button class="main" onClick=${() => act({do: "start", ...(at && room.phase === "lobby" ? {at} : {})}).then(answer => answer.type === "ok" && ["join", "quiet", "press"].includes(room.screen) && act({do: "screen", show: "scheme"}))}>▶ ${room.phase === "lobby" ? say("Start the game") : inside(room) ? say("Start the next part") : say("Start the next quarter")}</button>` : null}
      ${playing ? html`<button class=${room.paused ? "main" : ""} onClick=${() => act({do: room.paused ? "resume" : "pause"})}>${room.paused ? `▶ ${say("Go on")}` : `❚❚ ${say("Pause")}`}</button>
        <button disabled=${room.more_left === 0} onClick=${() => act({do: "more"})}>${say("+1 minute")} (${room.more_left})</button>
        <button onClick=${() => sure(say("End this quarter now? What is missing is done by the doctrines."), say("End the quarter"), {do: "advance"}, Open)}>${room.step && room.step.part < room.step.parts ? say("End this part") : say("End the quarter")}</button>` : null}
      ${(playing || room.phase === "between") && room.turns - room.turn > 1 ? html`<button onClick=${() => sure(say("Play one quarter less? Votes and debrief stay."), say("Leave out a quarter"), {do: "drop"})}>${say("Leave out a quarter")}</button>` : null}
      ${room.phase === "over" ? html`<a class="button main" href=${`/debrief#${TOKEN}`} target="_blank" rel="noopener">${say("Open the debrief")}</a>` : html`<button onClick=${() => act({do: room.locked ? "unlock" : "lock"})}>${room.locked ? say("Unlock the room") : say("Lock the room")}</button>`}
    </div></section>`;
}

function Seats({view, act, sure}) {
  const [moving, setMoving] = useState(null);
  const worlds = [...new Set(view.seats.map(s => s.world))];
  const people = view.seats.filter(s => s.nickname);
  return html`<section class="card stack"><div class="row apart"><h2>${say("Seats")}</h2>${moving ? html`<p class="note small">${say("Choose where to: another seat, free or not (two swap).")} <button class="quiet" onClick=${() => setMoving(null)}>${say("Cancel")}</button></p>` : null}</div>
    ${worlds.map(world => { const waiting = (view.waiting || {})[world] || []; return html`<div key=${world} class="scroll"><table><caption>${worlds.length > 1 ? say("World {id}", {id: world}) : ""} ${waiting.length ? html`<span class="soft small">${say("not done:")} ${waiting.map(actor => html`<span class="nowrap"><${Mark} actor=${actor} /> ${view.actors[actor]}</span> `)}</span>` : null}</caption>
      <thead><tr><th scope="col">${say("Seat")}</th><th scope="col">${say("Card")}</th><th scope="col">${say("Name in the game")}</th><th scope="col">${say("State")}</th><th scope="col">${say("Done")}</th><th scope="col"><span class="unseen">${say("Change")}</span></th></tr></thead>
      <tbody>${view.seats.filter(s => s.world === world).map(s => html`<tr key=${s.id}><th scope="row"><span class="small"><${Mark} actor=${s.actor || s.ministry} /> ${s.title}</span></th><td class="num">${s.card}</td><td>${s.nickname || html`<span class="soft">–</span>`}</td>
        <td><span class=${`tag ${s.state === "here" ? "good" : s.state === "away" ? "bad" : ""}`}>${STATE()[s.state] || s.state}</span>${s.bot ? html` <span class="tag">${say("a machine plays")}</span>` : null}</td>
        <td class="small">${s.did ? `✓ ${say("at work")}` : ""}${s.proposed ? say("proposed: {n}", {n: s.proposed}) : ""} ${s.confirmed ? `✓ ${say("confirmed")}` : ""} ${s.answered && s.answered !== "0/0" ? say("offers answered: {n}", {n: s.answered}) : ""}</td>
        <td><div class="row">${moving && moving !== s.id ? html`<button class="main" onClick=${() => { act({do: "reassign", seat: moving, to: s.id}); setMoving(null); }}>${say("Here")}</button>`
          : s.nickname ? html`<button aria-label=${say("Change seat: {name}", {name: s.nickname})} onClick=${() => setMoving(s.id)}>⇄ ${say("Change seat")}</button><button class="warn" aria-label=${say("Take the seat of {name} back", {name: s.nickname})} onClick=${() => sure(say("Take the seat of {name} back? A machine plays until somebody joins.", {name: s.nickname}), say("Take back"), {do: "kick", seat: s.id})}>✕</button>` : null}</div></td></tr>`)}</tbody></table></div>`; })}
    <p class="small soft">${say("Joined: {n}", {n: people.length})}</p>
    <details><summary>${say("Spare seats: press, UN Secretariat")}</summary><ul class="close">${[["press", say("Press")], ["secretariat", say("UN Secretariat")]].map(([id, name]) => { const mine = view.seats.filter(s => s.spare && s.ministry === id), on = mine.length > 0, taken = mine.some(s => s.nickname);
      return html`<li class="row apart" key=${id}><span><${Mark} actor=${id} /> ${name} <span class="soft small">${on ? say("a seat in the worlds") : say("the ordinary order")}</span></span><span class="row">${mine.length < worlds.length ? html`<button onClick=${() => act({do: "spare", seat: id, on: true})}>${say("A seat in every world")}</button>` : null}${on && !taken ? html`<button onClick=${() => act({do: "spare", seat: id, on: false})}>${say("Take away")}</button>` : null}</span></li>`; })}</ul></details>
    <details><summary>${say("Let a machine play for a delegation, or give it back")}</summary><ul class="close">${worlds.map(world => [...new Set(view.seats.filter(s => s.world === world).map(s => s.actor).filter(Boolean))].map(actor => {
      const on = (view.bots || []).some(b => b.world === world && b.actor === actor);
      return html`<li class="row apart"><span><${Mark} actor=${actor} /> ${view.actors[actor]} ${worlds.length > 1 ? `· ${world}` : ""} <span class="soft small">${on ? say("a machine plays") : say("people play")}</span></span><button onClick=${() => act({do: "bot", actor, world, on: !on})}>${on ? say("Give it back") : say("Let a machine play")}</button></li>`;
    }))}</ul></details></section>`;
}

function Split({view, act}) {
  const [size, setSize] = useState(view.room.size || 24);
  const [worlds, setWorlds] = useState(new Set(view.seats.map(s => s.world)).size || 1);
  const [plan, setPlan] = useState(null);
  const [spare, setSpare] = useState({press: false, secretariat: false});
  const ask = async use => { const answer = await act({do: "split", size: Number(size), worlds: Number(worlds), ...(spare.press ? {press: true} : {}), ...(spare.secretariat ? {secretariat: true} : {}), ...(use ? {use: true} : {})}); if (answer.type === "ok") setPlan(use ? null : answer.seats); };
  const parts = plan ? [...new Set(plan.map(s => s.world))].map(id => [id, plan.filter(s => s.world === id)]) : [];
  return html`<section class="card stack"><h2>${say("Seats for your class")}</h2><div class="row"><div><label class="name" for="size">${say("Students")}</label><input id="size" type="number" min="1" max="150" value=${size} onInput=${event => setSize(event.target.value)} /></div>
      <div><label class="name" for="worlds">${say("Worlds")}</label><input id="worlds" type="number" min="1" max="30" value=${worlds} onInput=${event => setWorlds(event.target.value)} /></div><button onClick=${() => ask(false)}>${say("Propose")}</button></div>
    <div class="row">${[["press", say("Press in every world")], ["secretariat", say("UN Secretariat in every world")]].map(([id, name]) => html`<label class="choice" key=${id}><input type="checkbox" checked=${spare[id]} onChange=${event => { setSpare({...spare, [id]: event.target.checked}); setPlan(null); }} /><span>${name}</span></label>`)}</div>
    ${plan ? html`<div class="stack">${parts.map(([id, seats]) => html`<p key=${id}><b>${say("World {id}", {id})}</b>: ${[...new Set(seats.map(s => s.actor).filter(Boolean))].map(actor => html`<span class="nowrap"><${Mark} actor=${actor} /> ${view.actors[actor]} ${seats.filter(s => s.actor === actor).length} </span>`)}${seats.filter(s => !s.actor).map(s => html`<span class="nowrap"><${Mark} actor=${s.ministry} /> ${s.title.split(" · ")[0]} </span>`)}</p>`)}<button class="main" onClick=${() => ask(true)}>${say("Use these {n} seats", {n: plan.length})}</button></div>` : html`<p class="small soft">${say("Two worlds of twelve double the doing: the same storms, two policies.")}</p>`}</section>`;
}

// What students have marked as wrong in their briefs: shown, with its source, and never hidden.
const Doubts = ({doubts}) => (doubts.length ? html`<section class="card stack"><h2>⚑ ${say("Facts that students doubt")}</h2><ul class="stack">${doubts.map(fact => html`<li class="close" key=${fact.id}><p>${fact.text} <b class="num">× ${fact.count}</b></p><p class="small soft">${fact.general ? html`<b>${say("general knowledge, not read again")}</b> · ` : null}${say("Source:")} ${fact.source}</p></li>`)}</ul></section>` : null);

function Events({view, act, sure}) {
  const [typed, setTyped] = useState("");
  return html`<section class="card stack"><h2>${say("Bring in an event")}</h2><p class="small soft">${say("A card is seen at once and changes no number. An event takes effect when the next quarter begins, in all worlds.")}</p>
    ${view.injects.length ? html`<ul class="stack">${view.injects.map(event => html`<li class="row apart" key=${event.id}><span class="grow">${event.title} ${event.card || !event.source ? null : html`<span class="small soft">${say("Source:")} ${event.source}</span>`} ${event.card ? html`<span class="tag">${say("a card to read aloud")}</span>` : null} ${event.now && !event.used ? html`<span class="tag main">${say("now")}</span>` : null}</span><button disabled=${event.used} onClick=${() => sure(say("Bring in “{title}”?", {title: event.title}), say("Bring it in"), {do: "inject", id: event.id})}>${event.used ? `✓ ${say("brought in")}` : say("Bring it in")}</button></li>`)}</ul>` : html`<p class="soft">${say("This scenario lists no events of its own.")}</p>`}
    <div><label class="name" for="typed">${say("or a news line of your own (it changes no number)")}</label><textarea id="typed" maxlength="200" value=${typed} onInput=${event => setTyped(event.target.value)}></textarea></div>
    <button disabled=${!typed.trim()} onClick=${() => { sure(say("Show this line to everybody? “{text}”", {text: typed.trim()}), say("Show it"), {do: "inject", text: typed.trim(), sure: true}); setTyped(""); }}>${say("Show it")}</button></section>`;
}

// What may be printed or kept beside: for the room as it is seated, in the console's language.
const PRINTED = () => [["guide", say("Teacher's guide"), true], ["cards", say("Role cards")], ["rules", say("Rules in three languages")], ["glossary", say("Thirty terms in three languages")], ["run-sheet", say("Run-sheet on paper"), true], ["sheets", say("Move sheets")], ["moves", say("Moves and their codes")], ["results", say("Results and each delegation's figures")], ["board", say("The board")], ["survey", say("Six questions"), true]];
function Print({view}) {
  const [state, setState] = useState("");
  const get = async id => {
    const fine = await fetched(`${id}.html`, `?language=${language()}`);
    setState(fine ? `✓ ${fine} · ${say("open it in a browser and print it")}` : say("There is no such page for this scenario."));
  };
  return html`<details class="card" open=${view.room.phase === "lobby"}><summary>${say("Guide, cards and sheets")}</summary><div class="stack"><div class="row">${PRINTED().filter(([id, , own]) => (!own || view.lesson) && (id !== "results" || view.room.phase !== "lobby")).map(([id, name]) => html`<button key=${id} onClick=${() => get(id)}>↓ ${name}</button>`)}</div><p class="small" role="status">${state}</p></div></details>`;
}

async function fetched(name, more = "") {
  const answer = await fetch(`/api/export/${name}${more}`, {headers: {Authorization: `Bearer ${TOKEN}`}});
  if (!answer.ok) return false;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await answer.blob());
  const told = answer.headers.get("Content-Disposition") || "";
  link.download = (/filename="([^"]+)"/.exec(told) || [])[1] || name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  return link.download;
}

// What the teacher sends later: the report for whoever asks what the lesson brought, and the game to step through.
function Away() {
  const [state, setState] = useState("");
  const [names, setNames] = useState(false);
  const get = async name => {
    setState(say("The page is being made …"));
    const fine = await fetched(name, `?language=${language()}${names ? "&names=yes" : ""}`);
    setState(fine ? `✓ ${fine}` : say("Not yet: the histories are still being played."));
  };
  return html`<section class="card stack"><h2>${say("To take away")}</h2><div class="row"><button onClick=${() => get("report.html")}>↓ ${say("Class report, one sheet")}</button><button onClick=${() => get("replay.html")}>↓ ${say("The game to step through")}</button></div>
    <label class="choice"><input type="checkbox" checked=${names} onChange=${event => setNames(event.target.checked)} /><span>${say("With a second page of seats and names in the game")}</span></label><p role="status">${state}</p></section>`;
}

// Leaves of what the wall shows: as many as it says that it has. Where worlds follow each other, the next one.
function Turner({room, act}) {
  const turn = (leaf, tables = room.tables) => act({do: "screen", show: room.screen, leaf, tables, ...(room.speaker ? {who: room.speaker} : {})});
  const worlds = ["scheme", "votes", "gauges"].includes(room.screen) ? room.worlds.length : 1, count = Math.max(room.leaves, worlds), leaf = room.leaf % count;
  return html`<div class="row apart">${count > 1 ? html`<div class="row"><button aria-label=${say("Leaf back")} onClick=${() => turn((leaf + count - 1) % count)}>◀</button><span class="num" role="status">${say("Leaf {n} of {all}", {n: leaf + 1, all: count})}</span><button aria-label=${say("Next leaf")} onClick=${() => turn((leaf + 1) % count)}>▶</button></div>` : null}
    ${CHARTS.includes(room.screen) ? html`<button aria-pressed=${String(room.tables)} onClick=${() => turn(0, !room.tables)}>${say("Charts as tables")}</button>` : null}</div>`;
}

// What was typed goes into a file only for a reason, and after the page has said why not.
function KeepText({view, act}) {
  const [reason, setReason] = useState(view.keeps_text);
  const kept = Boolean(view.keeps_text);
  const gone = view.room.phase === "over" && !kept;
  return html`<fieldset class="stack note"><legend>${say("What was typed, in messages.csv")}</legend><p class="small">${say("Why not: a typed line may name people, or say of war, borders or those in office what a law punishes; its authors may be minors, and names in the game are easily seen through. On this laptop it ends with the game; in a file it leaves your hands.")}</p>
    ${gone ? html`<p>${say("The game is over: what was typed has been deleted.")}</p>` : html`<div><label class="name" for="reason">${say("Reason for keeping it all the same")}</label><input id="reason" class="wide" maxlength="200" value=${reason} disabled=${kept} onInput=${event => setReason(event.target.value)} /></div>
    <label class="choice"><input type="checkbox" checked=${kept} disabled=${!kept && reason.trim().length < 3} onChange=${event => act({do: "keep-text", on: event.target.checked, reason: reason.trim()})} /><span>${say("Keep what was typed after the game, and let it into the export")}</span></label>
    ${kept ? html`<button onClick=${() => fetched("messages.csv", "?text=yes")}>↓ ${say("messages.csv with what was typed")}</button>` : null}`}</fieldset>`;
}

function Sheet({view, act, sure}) {
  const {room} = view;
  const survey = view.survey || {};
  return html`<div class="stack">${room.phase === "over" ? html`<${Away} />` : null}
    <section class="card stack"><h2>${say("On the wall")}</h2><div class="choices two">${SCREENS().map(([id, name]) => html`<button key=${id} disabled=${LATER.includes(id) && room.phase !== "over"} aria-pressed=${String(room.screen === id)} onClick=${() => act({do: "screen", show: id})}>${name}</button>`)}</div><${Turner} room=${room} act=${act} />${room.screen === "press" ? html`<div class="close"><p>${say("Who answers now, for a minute:")}</p><div class="row">${[...new Set(view.seats.map(s => s.actor).filter(Boolean))].map(actor => html`<button key=${actor} aria-pressed=${String(room.speaker === actor)} onClick=${() => act({do: "screen", show: "press", who: actor})}><${Mark} actor=${actor} /> ${view.actors[actor]}</button>`)}</div></div>` : null}${room.projector ? html`<p><a href=${`/projector?lang=${language()}#${room.projector}`} target="_blank" rel="noopener">${say("Open the projector's window")}</a></p>` : null}</section>
    <section class="card stack"><h2>${say("Join")}</h2><div class="row"><div class="qr"><${Picture} svg=${room.qr} alt=${say("QR code of the address")} /></div><div class="close grow"><p class="code">${room.code}</p><p class="small">${room.address}</p></div></div></section>
    <${Print} view=${view} />
    <section class="card stack"><h2>${say("Six questions")}</h2><p>${say("before: {n}", {n: survey.before || 0})} · ${say("after: {n}", {n: survey.after || 0})}</p><div class="row"><button aria-pressed=${String(survey.open === "before")} onClick=${() => act({do: "survey", open: "before"})}>${say("Open before")}</button><button aria-pressed=${String(survey.open === "after")} onClick=${() => act({do: "survey", open: "after"})}>${say("Open after")}</button><button onClick=${() => act({do: "survey", open: null})}>${say("Close")}</button></div></section>
    <details class="card"><summary>${say("Files, free text, end")}</summary><div class="stack">
      <div class="row">${["participation.csv", "moves.csv", "messages.csv", "survey.csv", ...((view.items || []).some(item => item.on) && room.phase === "over" ? ["items.csv"] : []), "class.zip"].map(name => html`<button onClick=${() => fetched(name)}>↓ ${name}</button>`)}</div>
      <label class="choice"><input type="checkbox" checked=${room.free_text} onChange=${event => act({do: "free-text", on: event.target.checked})} /><span>${say("Free text in messages (kept on this laptop, deleted when the game is over)")}</span></label>
      ${room.free_text || view.typed ? html`<${KeepText} view=${view} act=${act} />` : null}
      <div class="row">${room.phase === "over" ? null : html`<button class="warn" onClick=${() => sure(say("End the game now and go to the debrief?"), say("End the game"), {do: "finish"})}>${say("End the game")}</button>`}
        <button class="warn" onClick=${() => sure(say("Delete this session with all its files? This cannot be undone."), say("Delete everything"), {do: "delete", sure: true})}>${say("Delete everything")}</button></div></div></details></div>`;
}

function App() {
  const [, again] = useState(0);
  const [view, setView] = useState(null);
  const [time, setTime] = useState({left: null, running: false, at: 0});
  const [open, setOpen] = useState(true);
  const [over, setOver] = useState(0);
  const [trouble, setTrouble] = useState("");
  const [question, setQuestion] = useState(null);
  const wire = useRef(null);
  useEffect(() => {
    wire.current = connect({token: TOKEN, language: language(), open: setOpen, over: setOver, heard: message => {
      if (message.type === "view") { document.title = `${say("Console")} · ${message.room.title}`; setView(message); setTime({left: message.room.left, running: message.room.running, at: performance.now()}); }
      else if (message.type === "tick") setTime({left: message.left, running: message.running, at: performance.now()});
    }});
    return () => wire.current.close();
  }, []);
  const act = async message => {
    const answer = await wire.current.ask(message);
    setTrouble(answer.type === "no" ? answer.text || answer.error : "");
    return answer;
  };
  const sure = (words, yes, message, More) => setQuestion({words, yes, message, More});
  const tongue = async wanted => { await speak(wanted); keep("teacher-language", wanted); wire.current.ask({do: "language", language: wanted}); again(n => n + 1); };
  if (over) return html`<main class="teacher"><p class="note bad" role="alert">${over === 4410 ? say("The session is over and deleted.") : over === 4409 ? say("The console is open in another window.") : say("This address does not open the console. Use the one that the server printed.")}</p></main>`;
  if (!view) return html`<main class="teacher"><p>${say("One moment …")}</p></main>`;
  return html`<div class="teacher stack"><a class="skip" href="#main">${say("To the content")}</a>
    <header class="row apart"><div><h1>${view.room.title}</h1><p class="soft">${view.room.question}</p></div><${Tongues} set=${tongue} /></header>
    <main id="main" class="stack">${open ? null : html`<p class="note bad" role="alert">${say("Connection lost; coming back …")}</p>`}${trouble ? html`<p class="note bad" role="alert">${trouble}</p>` : null}
    <${Control} view=${view} time=${time} act=${act} sure=${sure} />
    <${RunSheet} view=${view} act=${act} screens=${SCREENS()} />
    <div class="columns"><div class="stack">${view.room.phase === "lobby" ? html`<${Split} view=${view} act=${act} />` : null}<${Seats} view=${view} act=${act} sure=${sure} /></div>
      <div class="stack">${view.room.paper ? html`<${Paper} view=${view} act=${act} sure=${sure} />` : null}<${Doubts} doubts=${view.doubts || []} />${view.items ? html`<${ItemSwitches} items=${view.items} sure=${sure} />` : null}<${Sheet} view=${view} act=${act} sure=${sure} /><${Events} view=${view} act=${act} sure=${sure} />${view.room.paper ? null : html`<${Paper} view=${view} act=${act} sure=${sure} />`}</div></div></main>
    ${question ? html`<${Sure} words=${question.words} yes=${question.yes} go=${() => act(question.message)} close=${() => setQuestion(null)}>${question.More ? html`<${question.More} view=${view} />` : null}<//>` : null}</div>`;
}

speak(tongueOf("teacher") || (navigator.languages || []).map(code => code.slice(0, 2)).find(code => ["kk", "ru", "en"].includes(code)) || "kk").catch(() => {}).then(() => render(html`<${App} />`, document.getElementById("page")));
