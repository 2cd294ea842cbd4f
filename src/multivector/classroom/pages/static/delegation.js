// What a delegation has among itself and from others: its head, offers. Fetched with the game by who sits in one.
import {html, useEffect, useRef, useState} from "./html.js";
import {say} from "./say.js";
import {Actor, Mark, announce} from "./parts.js";

// Told when another becomes head, and for the round that follows.
export function Head({view}) {
  const head = [{...view.seat, seat: view.seat.id}, ...view.delegation].find(one => one.head);
  const id = head && head.seat, past = useRef(id);
  const [told, setTold] = useState("");
  useEffect(() => setTold(""), [view.room.turn]);
  useEffect(() => {
    if (!head || past.current === id) return;
    past.current = id;
    const words = view.seat.head ? say("You are now the head of your delegation: you confirm.") : say("The head of your delegation is now {name}.", {name: `${head.title} (${head.nickname})`});
    setTold(words);
    announce(words);
  }, [id]);
  return told ? html`<p class="note"><b>★ ${told}</b></p>` : null;
}

export function Offers({view, act}) {
  const {head} = view.seat;
  return html`<div class="stack"><section class="card stack"><h2>${say("Offers to you")}</h2>
    ${view.offers_in.length ? null : html`<p class="soft">${say("No offer yet.")}</p>`}
    ${view.offers_in.map(offer => html`<div class="move stack" key=${offer.id}><p><${Actor} actor=${offer.from} name=${offer.from_name} /></p><h3>${offer.title}</h3>
      ${offer.estimate && offer.estimate.text ? html`<p class="small">${say("Advisers:")} ${offer.estimate.text}</p>` : null}
      ${head ? html`<div class="row"><button class=${offer.answer === true ? "" : "main"} aria-pressed=${String(offer.answer === true)} onClick=${() => act("answer", offer.id, true)}>✓ ${say("Accept")}</button>
        <button aria-pressed=${String(offer.answer === false)} onClick=${() => act("answer", offer.id, false)}>✕ ${say("Refuse")}</button></div>` : null}
      ${offer.recommended.map(one => html`<p class="small" key=${one.seat}>${one.title}: <b>${one.yes ? `✓ ${say("recommends a yes")}` : `✕ ${say("recommends a no")}`}</b></p>`)}
      ${!head && offer.may_recommend && offer.answer === null ? html`<div class="row">${[true, false].map(yes => html`<button aria-pressed=${String(offer.recommended.some(one => one.seat === view.seat.id && one.yes === yes))} onClick=${() => act("recommend", {offer: offer.id, yes})}>${yes ? say("Recommend a yes") : say("Recommend a no")}</button>`)}</div>` : null}
      ${offer.answer === null ? html`<p class="soft small">${offer.recommended.length ? say("The head answers; without an answer, what is recommended counts.") : head ? say("No answer means no.") : say("The head answers. No answer means no.")}</p>` : html`<p><b>${offer.answer ? `✓ ${say("accepted")}` : `✕ ${say("refused")}`}</b></p>`}</div>`)}</section>
    <section class="card stack"><h2>${say("Our offers")}</h2>${view.offers_out.length ? html`<ul>${view.offers_out.map(offer => html`<li class="row apart"><span class="grow"><${Mark} actor=${offer.to} /> ${offer.title}</span><span class="tag">${offer.answered ? say("answered") : say("waiting")}</span></li>`)}</ul>` : html`<p class="soft">${say("A move marked “offer” appears here once the head has confirmed it.")}</p>`}</section></div>`;
}
