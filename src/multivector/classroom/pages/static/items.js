// A vote that the teacher has switched on: the room holds it beside the model. Fetched only where there is one.
import {html, useEffect, useState} from "./html.js";
import {say} from "./say.js";
import {Cast, Choice, Mark, VOTES} from "./parts.js";

const Wording = ({item}) => html`<p class="small"><b>${item.body} · ${item.symbol}</b></p><h2>${item.text}</h2><p>${item.about}</p><p class="note small">${item.unchanged}</p>`;

export function ItemBallot({item, view, act}) {
  const [vote, setVote] = useState(item.cast);
  useEffect(() => setVote(item.cast), [item.cast]);
  const may = item.may && (view.seat.head || view.seat.ministry === "foreign");
  return html`<section class="card stack"><${Wording} item=${item} />
    ${item.may ? html`<fieldset disabled=${!may}><legend>${may ? say("Our vote") : say("The head or the foreign ministry votes")}</legend><div class="choices">${Object.entries(VOTES()).map(([id, word]) =>
      html`<${Choice} name=${`item-${item.id}`} value=${id} chosen=${vote === id} off=${!may && vote !== id} set=${setVote}>${word}<//>`)}</div></fieldset>` : html`<p class="note">${item.apart || say("Your delegation has no vote here.")}</p>`}
    ${may ? html`<button class="main wide" disabled=${!vote} onClick=${() => act("item-vote", item.id, vote)}>${item.cast ? say("Change the vote") : say("Cast the vote")}</button>` : null}
    ${item.cast ? html`<p class="good">✓ ${say("Our vote:")} <${Cast} vote=${item.cast} /></p>` : null}
    ${item.note ? html`<p class="small soft">${item.note}</p>` : null}${item.source ? html`<p class="small soft">${say("Source:")} ${item.source}</p>` : null}</section>`;
}

const Votes = ({cast, names = {}}) => html`<ul class="row small">${Object.entries(cast).map(([actor, vote]) => html`<li><${Mark} actor=${actor} /> ${names[actor] || actor}: <${Cast} vote=${vote} /></li>`)}</ul>`;

// How a world voted, once the round is over.
export const ItemVotes = ({items, names}) => html`${items.map(item => html`<section class="card close" key=${item.id}><h2>${item.body}: ${item.text}</h2><${Votes} cast=${item.cast} names=${names} /><p class="small soft">${item.unchanged}</p></section>`)}`;

// On the wall: the wording while it is voted on, and how a world voted.
export const ItemWall = ({item}) => html`<p><b>${item.body}, ${item.symbol}.</b> ${item.text}</p>`;

export const ItemBoard = ({item, called}) => html`<p class="tight"><b>${item.body}, ${item.symbol}: ${item.text}</b></p><table class="board"><tbody>${Object.entries(item.cast).map(([actor, vote]) => html`<tr><th scope="row"><${Mark} actor=${actor} /> ${called[actor] || actor}</th><td><${Cast} vote=${vote} /></td></tr>`)}</tbody></table><p>${item.unchanged}</p>`;

// In the debrief: what the room did, and what is on record.
export function ItemsAfter({items, many, game, world}) {
  return html`${items.map(item => html`<section class="card stack" key=${item.id}><h3>${item.body}, ${item.symbol}: ${item.text}</h3>
    ${item.worlds.map(w => html`<div class="close" key=${w.id}>${many ? html`<b>${say("World {id}", {id: w.id})}</b>` : null} ${game}<${Votes} cast=${w.cast} /></div>`)}
    <p>${world} ${item.record}</p><p class="small soft">${item.unchanged} ${say("Source:")} ${item.source}</p></section>`)}`;
}

// The teacher's switches: off until wanted; what a class is told beforehand stands beside.
export function ItemSwitches({items, sure}) {
  return html`<section class="card stack"><h2>${say("A vote that is off unless you switch it on")}</h2>${items.map(item => html`<div class="stack" key=${item.id}><p><b>${item.title}</b> ${item.round ? html`<span class="tag">${item.round}</span>` : null} <span class=${`tag ${item.on ? "main" : ""}`}>${item.on ? say("on") : say("off")}</span></p>
    <p class="small">${item.symbol}: ${item.text}</p><p class="small">${item.unchanged}</p><details class="small"><summary>${say("What students are told beforehand")}</summary><p>${item.note}</p></details>
    <button aria-pressed=${String(item.on)} disabled=${!item.may} onClick=${() => sure(item.on ? say("Switch “{title}” off? What was voted is forgotten.", {title: item.title}) : say("Switch “{title}” on? Students read the content note from now on.", {title: item.title}), item.on ? say("Switch it off") : say("Switch it on"), {do: "item", id: item.id, on: !item.on})}>${item.on ? say("Switch it off") : say("Switch it on")}</button></div>`)}</section>`;
}
