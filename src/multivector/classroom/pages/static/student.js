// The student's page: joining, the wire, what a message changes; play.js has the game.
import {html, render, useEffect, useRef, useState} from "./html.js";
import {connect, keep, kept} from "./link.js";
import {begin, language, learn, say, speak} from "./say.js";
import {STAGES, announce, turnWords} from "./first.js";
import {Join, tidy} from "./join.js";

const TROUBLE = () => ({offline: say("Not sent: the connection is gone. It comes back by itself."), 4401: say("This seat is no longer yours. Join again."), 4403: say("The teacher has taken this seat back. Ask, then join again."), 4409: say("This seat is open in another window."), 4410: say("The session is over and deleted."), 4429: say("Too many messages. Wait a moment and reload the page.")});

const LISTS = ["delegation", "proposals", "offers_in", "offers_out", "ballots", "forecasts", "predictions", "messages", "phrases", "partners"];

const roundOf = ({room}) => `${room.turn} ${room.step ? room.step.part : 1} ${room.phase}`;

function App() {
  const first = tidy(new URLSearchParams(location.search).get("code") || kept("last") || "");
  const [, again] = useState(0);
  const [token, setToken] = useState(() => kept(first));
  const [code, setCode] = useState(first);
  const [view, setView] = useState(null);
  const [menu, setMenu] = useState(null);
  const [time, setTime] = useState({left: null, running: false, at: 0});
  const [open, setOpen] = useState(true);
  const [trouble, setTrouble] = useState("");
  const [over, setOver] = useState(0);
  const [parts, setParts] = useState(null);
  const [spare, setSpare] = useState(null);
  const wire = useRef(null);
  const past = useRef(null);
  const told = useRef([]);
  // The list as sent and not yet answered, and as the server last had it: two taps on a slow net lose nothing.
  const ours = useRef(null), theirs = useRef(null);

  const changed = next => {
    const before = past.current;
    past.current = next;
    if (!before) return;
    if (before.room.turn !== next.room.turn || before.room.phase !== next.room.phase) announce({playing: `${turnWords(next.room)}. ${next.room.quarter_text || ""}`, between: say("The quarter is over."), over: say("The game is over.")}[next.room.phase] || "");
    else if (before.room.stage !== next.room.stage) announce(STAGES()[next.room.stage] || "");
    else if (next.offers_in.length > before.offers_in.length) announce(say("A new offer."));
    else if (next.messages.length > before.messages.length) announce(say("A new message."));
  };

  useEffect(() => { if (token) Promise.all([import("./play.js"), learn("play")]).then(([part]) => setParts(part)); }, [token]);
  // The press and the Secretariat have a page of their own.
  const apart = Boolean(view && view.seat.spare);
  useEffect(() => { if (apart) Promise.all([import("./spare.js"), learn("spare")]).then(([part]) => setSpare(part)); }, [apart]);
  useEffect(() => {
    if (!token) return undefined;
    wire.current = connect({token, open: setOpen, over: reason => { setOver(reason); if (reason !== 4409) keep(code, null); },
      heard: message => {
        if (message.type === "view") {
          for (const list of LISTS) message[list] = message[list] || [];
          message.confirmed = message.confirmed || {entries: [], done: false};
          theirs.current = message.confirmed;
          if (ours.current && ours.current.round === roundOf(message)) message.confirmed = {...message.confirmed, ...ours.current};
          if (message.language && message.language !== language()) speak(message.language).then(() => again(n => n + 1));
          setTime({left: message.room.left, running: message.room.running, at: performance.now()});
          document.title = `${message.seat.actor_name} · ${message.room.title}`;
          // A forecast that came in words is kept in words; after a rejoin the view brings it.
          const spoken = told.current.filter(f => f.turn === message.room.turn);
          if (spoken.length >= message.forecasts.length) message.forecasts = spoken;
          changed(message);
          setView(message);
        } else if (message.type === "menu") setMenu(message);
        else if (message.type === "tick") setTime({left: message.left, running: message.running, at: performance.now()});
        else if (message.type === "forecast") { announce(say("The staff's forecast is there.")); told.current = [...told.current.filter(f => f.turn === message.turn), message]; setView(now => (now ? {...now, forecasts: told.current} : now)); setTimeout(() => { const card = document.querySelector(".forecast"); if (card) card.scrollIntoView({block: "start"}); }, 100); }
      }});
    return () => wire.current.close();
  }, [token]);

  const tongue = async wanted => {
    await speak(wanted);
    keep("language", wanted);
    if (wire.current && view) wire.current.ask({do: "language", language: wanted});
    again(n => n + 1);
  };
  const send = async message => {
    const answer = await wire.current.ask(message);
    const words = answer.type === "no" ? answer.text || TROUBLE()[answer.error] || answer.error : "";
    setTrouble(words);
    if (words) scrollTo(0, 0);
    return answer;
  };
  const list = async (entries, done) => {
    const sent = ours.current = {entries, done, round: roundOf(view)};
    const show = confirmed => setView(now => now && {...now, confirmed});
    show({...view.confirmed, ...sent});
    const answer = await send({do: "confirm", entries, done});
    if (ours.current !== sent) return;
    ours.current = null;
    if (answer.type === "no") show(theirs.current);
  };
  const act = (what, ...rest) => {
    const chosen = ours.current ? ours.current.entries : view.confirmed ? view.confirmed.entries : [];
    const [a, b, c] = rest;
    if (what === "toggle") return list(chosen.includes(a) ? chosen.filter(e => e !== a) : [...chosen, a], false);
    if (what === "earlier") { const next = [...chosen], i = next.indexOf(a); [next[i - 1], next[i]] = [next[i], next[i - 1]]; return list(next, false); }
    if (what === "done") return list(chosen, a);
    if (what === "forecast") { announce(say("The staff is at work.")); return send({do: "forecast", entries: a}); }
    if (what === "answer") return send({do: "answer", offer: a, yes: b});
    if (what === "vote") return send({do: "vote", text: a, vote: b, ...(c ? {phrase: c} : {})});
    if (what === "item-vote") return send({do: "item-vote", id: a, vote: b});
    if (what === "say") return send({do: "say", to: a, ...b});
    if (what === "doctrine") return send({do: "doctrine", id: a});
    if (what === "state") return send({do: "state", id: a, option: b});
    if (what === "predict") return send({do: "predict", id: a, option: b});
    if (what === "survey") return send({do: "survey", when: a, answers: b});
    if (what === "doubt") return send({do: "doubt", fact: a});
    if (what === "leave") return send({do: "leave"}).then(() => { keep(code, null); keep("last", null); wire.current.close(); setToken(null); setView(null); });
    return send({do: what, ...(a && typeof a === "object" ? a : a ? {entry: a} : {})});
  };

  if (!token || over) return html`${over ? html`<p class="note bad student" role="alert">${TROUBLE()[over] || say("The connection was closed.")}</p>` : null}
    <${Join} first=${code} tongue=${tongue} joined=${(fresh, now) => { setCode(now); setOver(0); past.current = null; setView(null); setToken(fresh); }} />`;
  if (!view || !parts || (apart && !spare)) return html`<main class="student"><p>${say("One moment …")}</p></main>`;
  return html`<${apart ? spare.Spare : parts.Play} view=${view} menu=${menu} time=${time} act=${act} trouble=${trouble} tongue=${tongue} />${open ? null : html`<p class="offline" role="alert">${say("Connection lost. Your seat is kept; coming back …")}</p>`}`;
}

const known = ["kk", "ru", "en"];
const wanted = kept("language") || (navigator.languages || []).map(code => code.slice(0, 2)).find(code => known.includes(code)) || "kk";
begin("student");
speak(wanted).catch(() => {}).then(() => render(html`<${App} />`, document.getElementById("page")));
