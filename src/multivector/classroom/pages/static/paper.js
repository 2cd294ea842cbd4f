// Delegations without a page of their own: the teacher types the lines of their sheets, their answers and their votes.
import {html, useRef, useState} from "./html.js";
import {say} from "./say.js";
import {Mark, Pick} from "./parts.js";

// One line for each delegation, as on its sheet. Those that are right count at once, the others stay to be mended.
function Lines({rows, world, act}) {
  const [typed, setTyped] = useState({});
  const [wrong, setWrong] = useState({});
  const form = useRef(null);
  const enter = async event => {
    event.preventDefault();
    const lines = Object.fromEntries(Object.entries(typed).filter(([, text]) => text.trim()));
    const answer = await act({do: "lines", world, lines});
    if (answer.type !== "ok") return;
    setWrong(answer.wrong);
    setTyped(Object.fromEntries(Object.entries(lines).filter(([actor]) => answer.wrong[actor])));
    const first = rows.find(row => answer.wrong[row.actor]);
    const box = first && form.current.querySelector(`#line-${first.actor}`);
    if (box) box.focus();
  };
  const fix = (actor, text) => { setTyped({...typed, [actor]: text}); setWrong({...wrong, [actor]: undefined}); };
  return html`<form class="stack" ref=${form} onSubmit=${enter}><p class="small soft">${say("One line for each delegation, as on its sheet, with the check digit. Without M00 its doctrine does what is missing; a delegation without a line is played by a machine.")}</p>
    <ul class="stack">${rows.map(row => html`<li class="close" key=${row.actor}><label class="name" for=${`line-${row.actor}`}><${Mark} actor=${row.actor} /> ${row.letter} · ${row.name} <span class="soft small">${say("at most {n}", {n: row.limit})}${row.people ? html` · ${say("has pages of its own")}` : null}</span></label>
      <input class="line num" id=${`line-${row.actor}`} autocomplete="off" autocapitalize="characters" spellcheck=${false} maxlength="60" placeholder=${`${row.letter} M…`} value=${typed[row.actor] || ""} disabled=${row.limit + row.asked === 0} aria-invalid=${String(Boolean(wrong[row.actor]))} aria-describedby=${`said-${row.actor}`} onInput=${event => fix(row.actor, event.target.value)} />
      <div id=${`said-${row.actor}`} role="status">${wrong[row.actor] ? html`<p class="note bad small">${wrong[row.actor].text}${wrong[row.actor].meant.map(line => html` <button type="button" class="quiet num" onClick=${() => fix(row.actor, line)}>${line}</button>`)}</p>` : null}${row.typed || row.words.length ? html`<p class="small">✓ ${[...(row.typed ? [row.moves.join(" · ") || say("no move")] : []), ...row.words].join(" · ")}</p>` : null}</div></li>`)}</ul>
    <button class="main" disabled=${!Object.values(typed).some(text => text.trim())}>${say("Enter the lines")}</button></form>`;
}

// Offers to each delegation, read aloud: each answer counts as it is given.
function Answers({rows, world, act}) {
  const asked = rows.filter(row => row.offers.length);
  return html`<section class="stack"><h3>${say("Answers to offers")}</h3>${asked.length ? html`<p class="small soft">${say("Read each offer aloud to the delegation that it is made to. No answer is a no.")}</p>
    ${asked.map(row => html`<div class="close" key=${row.actor}><p><${Mark} actor=${row.actor} /> <b>${row.name}</b></p><ul class="close">${row.offers.map(offer => html`<li class="row apart" key=${offer.id}><span class="grow">${offer.number}. ${offer.from_name}: ${offer.title}</span><span class="row">${[[true, say("Yes")], [false, say("No")]].map(([yes, name]) => html`<button aria-label=${`${offer.number}: ${name}`} aria-pressed=${String(offer.answer === yes)} onClick=${() => act({do: "said", world, actor: row.actor, answers: {[offer.id]: offer.answer === yes ? null : yes}})}>${name}</button>`)}</span></li>`)}</ul></div>`)}`
    : html`<p class="soft small">${say("No offer stands. Offers come with the lines.")}</p>`}</section>`;
}

// A vote for each delegation, by the signs of the sheet. `of`: votes on texts of the world, or on what is switched on,
// of which none is drawn.
function Votes({rows, texts, signs, world, act, of}) {
  return texts.map(text => html`<section class="stack" key=${text.id}><h3>${say("Votes on {text}", {text: text.title})}</h3>
    <div class="row">${rows.filter(row => !text.voters || text.voters.includes(row.actor)).map(row => html`<${Pick} key=${row.actor} id=${`vote-${text.id}-${row.actor}`} label=${`${row.letter} · ${row.name}`} value=${row[of][text.id] || ""} set=${vote => act({do: "said", world, actor: row.actor, [of]: {[text.id]: vote || null}})}><option value="">${of === "votes" ? say("drawn") : "–"}</option>${signs.map(vote => html`<option value=${vote.id}>${vote.sign} ${vote.text}</option>`)}<//>`)}</div></section>`);
}

export function Paper({view, act, sure}) {
  const {room, paper} = view;
  const [chosen, setWorld] = useState(null);
  const world = room.worlds.includes(chosen) ? chosen : room.worlds[0];
  const rows = paper && paper.worlds[world];
  return html`<details class="card" open=${room.paper}><summary>${say("Without phones: lines, answers, votes")}</summary><div class="stack">
    <div class="row"><button disabled=${room.phase === "over"} onClick=${() => sure(say("Go on with one laptop for each delegation? The seats of all whose pages are away become free, and the room is unlocked. Who stays in a delegation is its head and does the work of all its ministries; a laptop may join on any free seat. The game stays as it is."), say("One laptop for each delegation"), {do: "laptops"})}>${say("One laptop for each delegation")}</button><button aria-pressed=${String(room.paper)} onClick=${() => act({do: "paper", on: !room.paper})}>${room.paper ? say("Back to the students' pages") : say("Continue on paper")}</button></div>
    <p class="small soft">${room.paper ? say("The game is on paper: the run-sheet says what to do without pages. Pages that are still open work as before.") : say("The game stays as it is; the run-sheet becomes that of paper. What you type counts for a delegation beside what comes from its pages.")}</p>
    ${room.worlds.length > 1 ? html`<div class="row" role="group" aria-label=${say("World")}>${room.worlds.map(id => html`<button key=${id} aria-pressed=${String(id === world)} onClick=${() => setWorld(id)}>${say("World {id}", {id})}</button>`)}</div>` : null}
    ${rows ? html`<${Lines} key=${`${world}-${room.turn}-${room.step ? room.step.id : ""}`} rows=${rows} world=${world} act=${act} /><${Answers} rows=${rows} world=${world} act=${act} /><${Votes} rows=${rows} texts=${paper.texts} signs=${paper.votes} world=${world} act=${act} of="votes" /><${Votes} rows=${rows} texts=${paper.items} signs=${paper.votes} world=${world} act=${act} of="items" />`
      : html`<p class="soft">${say("Lines are typed while a round is played.")}</p>`}</div></details>`;
}
