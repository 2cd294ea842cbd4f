// Joining: code, language, nickname, seat; twenty seconds.
import {html, useEffect, useState} from "./html.js";
import {ask, keep} from "./link.js";
import {LANGUAGES, language, own, say} from "./say.js";
import {Choice, Mark, announce} from "./first.js";

const some = (list, count, from) => list.slice(from % Math.max(list.length, 1)).concat(list).slice(0, Math.min(count, list.length));
export const tidy = text => text.toUpperCase().replace(/[^A-Z0-9]/g, "").slice(0, 8);

export function Tongues({set}) {
  return html`<div class="row" role="group" aria-label="Тіл · Язык · Language">${LANGUAGES.map(([code, name]) =>
    html`<button type="button" lang=${code} class="grow" aria-pressed=${String(language() === code)} onClick=${() => set(code)}>${name}</button>`)}</div>`;
}

function Seats({lobby, seat, set}) {
  const worlds = lobby.worlds.map(id => [id, lobby.seats.filter(s => s.world === id)]);
  return html`<details><summary>${say("Choose a seat from the list")}</summary>${worlds.map(([id, seats]) => html`<fieldset class="stack" key=${id}>
    <legend>${lobby.worlds.length > 1 ? say("World {id}", {id}) : say("Seats")}</legend>
    <div class="choices">${seats.map(s => html`<${Choice} key=${s.id} name="seat" value=${s.id} chosen=${seat === s.id} off=${!s.free} set=${set}>
      <${Mark} actor=${s.actor || s.ministry} /> ${own(s.title)}${s.free ? "" : html` <span class="small">· ${say("taken")}</span>`}<//>`)}</div>
  </fieldset>`)}</details>`;
}

export function Join({first, tongue, joined}) {
  const [code, setCode] = useState(first);
  const [lobby, setLobby] = useState(null);
  const [trouble, setTrouble] = useState("");
  const [nick, setNick] = useState("");
  const [from, setFrom] = useState(() => Math.floor(Math.random() * 1000));
  const [seat, setSeat] = useState("");
  const [card, setCard] = useState("");
  const [busy, setBusy] = useState(false);

  const look = async wanted => {
    try {
      setLobby(await ask(`/api/lobby?code=${wanted}&language=${language()}`));
      setTrouble("");
      return null;
    } catch (problem) {
      setLobby(null);
      setTrouble(problem.status ? problem.message : say("The computer of the class does not answer. Trying again …"));
      return problem;
    }
  };
  // A phone that has just found the Wi-Fi may ask too early; others on its address may have been wrong too often: ask again.
  useEffect(() => {
    let timer = 0, gone = false;
    const ready = async () => { const problem = await look(code); if (problem && (!problem.status || problem.status === 429) && !gone) timer = setTimeout(ready, problem.status ? 4000 : 1500); };
    if (code.length >= 5) ready(); else setLobby(null);
    return () => { gone = true; clearTimeout(timer); };
  }, [code, language()]);
  const words = lobby ? some(lobby.nicknames, 6, from) : [];
  const nickname = words.some(word => word.id === nick) ? nick : (words[0] || {}).id;

  const go = async event => {
    event.preventDefault();
    setBusy(true);
    try {
      const body = {code, nickname, language: language()};
      if (card.trim()) body.seat = card.trim().toUpperCase(); else if (seat) body.seat = seat;
      const answer = await ask("/api/join", {body});
      keep(code, answer.token);
      keep("last", code);
      joined(answer.token, code);
    } catch (problem) {
      setTrouble(problem.message);
      announce(problem.message);
      look(code).then(() => setTrouble(problem.message));
    }
    setBusy(false);
  };

  return html`<main class="student stack">
    <${Tongues} set=${tongue} />
    <h1>${lobby ? own(lobby.title) : say("Join the class")}</h1>
    ${trouble ? html`<p class="note bad" role="alert">${trouble}</p>` : null}
    <form class="stack" onSubmit=${go}>
      <div class="card close"><label class="name" for="code">${say("Code on the wall")}</label>
        <input id="code" class="wide code" defaultValue=${first} autocomplete="off" autocapitalize="characters" spellcheck=${false} inputmode="text" maxlength="16" onInput=${event => setCode(tidy(event.target.value))} /></div>
      ${lobby ? html`
      <fieldset class="card"><legend>${say("Your name in the game")}</legend>
        <div class="choices two">${words.map(word => html`<${Choice} key=${word.id} name="nick" value=${word.id} chosen=${nickname === word.id} set=${setNick}>${own(word)}<//>`)}</div>
        <button type="button" class="quiet" onClick=${() => setFrom(n => n + 6)}>${say("Other words")}</button></fieldset>
      <fieldset class="card stack"><legend>${say("Your seat")}</legend>
        <${Choice} name="seat" value="" chosen=${seat === "" && !card} set=${value => { setSeat(value); setCard(""); }}>${say("The seat that is needed most")}<//>
        <div><label class="name" for="card">${say("Two letters on your card, if you have one")}</label>
          <input id="card" value=${card} size="4" maxlength="4" autocomplete="off" autocapitalize="characters" onInput=${event => { setCard(event.target.value); setSeat(""); }} /></div>
        <${Seats} lobby=${lobby} seat=${card ? null : seat} set=${value => { setSeat(value); setCard(""); }} /></fieldset>
      ${lobby.note ? html`<p class="note">${own(lobby.note)}</p>` : null}
      <p class="small soft">${say("By joining you agree that your moves are kept on the teacher's computer under this nickname. No name, address or device is kept.")}</p>
      <button class="main wide" disabled=${busy || lobby.locked}>${lobby.locked ? say("The room is locked: ask the teacher") : say("Join")}</button>` : null}
    </form>
    <details class="small soft"><summary>${say("The page does not open for others?")}</summary><p>${say("Type the address with http:// and the numbers, without https. Turn off VPN and private DNS. Use the Wi-Fi of the class.")}</p></details>
  </main>`;
}
