// A seat at play: brief, moves, offers, votes, talk, result. Fetched while the student joins.
import {html, useEffect, useRef, useState} from "./html.js";
import {language, number, percent, say} from "./say.js";
import {Actor, Cast, Change, Choice, Clock, Known, Mark, Now, Pick, VOTES, announce, inside, stageWords, turnWords} from "./parts.js";
import {Tongues} from "./join.js";
import {Moves} from "./moves.js";
import {Rules} from "./rules.js";

// How far the results can be believed: fetched by who wants to know.
function HowSure() {
  const [part, setPart] = useState(null);
  return html`<details class="small" onToggle=${event => event.currentTarget.open && !part && import("./believed.js").then(setPart)}><summary>${say("How sure?")}</summary>${part ? html`<${part.AllBelieved} key=${language()} />` : null}</details>`;
}

// Their course over the quarters, drawn; fetched by who wants to see it.
function Course({gauges, quarters}) {
  const [part, setPart] = useState(null);
  if (quarters.length < 2) return null;
  return html`<details class="small" onToggle=${event => event.currentTarget.open && !part && import("./forecast.js").then(setPart)}><summary>${say("Quarter by quarter")}</summary>${part ? html`<${part.Courses} gauges=${gauges} quarters=${quarters} />` : null}</details>`;
}

function Gauges({gauges, quarters}) {
  return html`<ul class="close gauges">${gauges.map(gauge => html`<li class="row apart" key=${gauge.id}><span class="grow">${gauge.name}</span><b class="num">${gauge.text}</b> <span class="small"><${Change} by=${gauge.change} better=${gauge.better} unit=${gauge.unit} /></span></li>`)}</ul><${Course} gauges=${gauges} quarters=${quarters} /><${HowSure} />`;
}

// The news as the press has ordered them; the rest is one tap away.
function Front({front}) {
  return html`<section class="card stack"><h2>${say("News")} <span class="tag">${say("Press")}</span></h2>${front.headline ? html`<h3>${front.headline}</h3>` : null}<ol class="numbered">${front.lines.map(line => html`<li key=${line.id}>${line.text}</li>`)}</ol>
    ${front.more.length ? html`<details class="small"><summary>${say("Not on the front page")}</summary><ul class="close">${front.more.map(line => html`<li>• ${line.text}</li>`)}</ul></details>` : null}</section>`;
}

export function LastQuarter({past, names}) {
  const nothing = !past || !(past.front || past.news.length || past.gauges.length || past.moves.length);
  if (nothing) return null;
  const news = past.front ? html`<${Front} front=${past.front} />` : past.news.length ? html`<section class="card stack"><h2>${say("News")}</h2><ul class="close">${past.news.map(item => html`<li>• ${item.text}${item.source ? html` <span class="small soft">${say("Source:")} ${item.source}</span>` : null}</li>`)}</ul></section>` : null;
  if (!past.moves.length && !past.gauges.length) return news;
  return html`${news}<section class="card stack"><h2>${say("What happened last quarter")}</h2>
    ${past.moves.length ? html`<details open><summary>${say("Moves seen by all")}</summary><ul class="close">${past.moves.map(move => html`<li><${Mark} actor=${move.actor} /> <b>${names[move.actor] || move.actor}</b>: ${move.title}${move.answer ? ` (${move.answer_text})` : ""}</li>`)}</ul></details>` : null}
    ${past.gauges.length ? html`<h3>${say("Five results of Kazakhstan")}</h3><${Gauges} gauges=${past.gauges} quarters=${past.quarters} />` : null}
    ${past.lines.some(line => line.crossed) ? html`<ul>${past.lines.filter(line => line.crossed).map(line => html`<li class="note bad">${say("Red line crossed:")} <b>${line.name}</b></li>`)}</ul>` : null}
    ${past.votes.map(vote => html`<div class="close"><h3>${vote.title}</h3><ul class="row small">${Object.entries(vote.cast).map(([actor, cast]) => html`<li><${Mark} actor=${actor} /> ${names[actor] || actor}: <${Cast} vote=${cast} /></li>`)}</ul></div>`)}
  </section>`;
}

// What a delegation says aloud: the sentence most chosen counts.
const Words = ({statements, act}) => statements.map(one => html`<fieldset class="card" key=${one.id}><legend>${say("Our word")}: ${one.text}</legend><p class="small soft">${say("It is told to all when the round is over and changes no number. The sentence most chosen counts.")}</p>
  <div class="choices">${one.options.map(option => html`<${Choice} key=${option.id} name=${`word-${one.id}`} value=${option.id} chosen=${one.mine === option.id} set=${id => act("state", one.id, id)}>${option.text}${one.delegation === option.id ? html` <span class="tag">${say("now")}</span>` : null}<//>`)}</div></fieldset>`);

// What the delegation wants, and by which figures it is judged.
const Aims = ({aims}) => (aims.length ? html`<div class="close"><h3>${say("Aims of your delegation")}</h3><ul class="close">${aims.map(aim => html`<li class="close" key=${aim.id}><p>• ${aim.text} <span class="tag">${aim.about}</span></p></li>`)}</ul>
  <details class="small"><summary>${say("What each aim is judged by")}</summary><ul class="close">${aims.map(aim => html`<li class="close" key=${aim.id}><b>${aim.text}</b>${aim.by.map(one => html`<p>${one.name}: ${one.words}</p>`)}${aim.rest ? html`<p>${aim.rest}</p>` : null}</li>`)}</ul></details></div>` : null);

const SIGNS = {nearer: "▲", kept: "=", partly: "◆", farther: "▼"};
// How near the delegation came to each aim.
const AimsAfter = ({aims}) => (aims.length ? html`<h3>${say("Your aims")}</h3><ul class="close">${aims.map(aim => html`<li class="close" key=${aim.id}><p class="row apart"><span class="grow">${aim.text}</span><b>${SIGNS[aim.verdict] || "○"} ${aim.words}</b></p>
  ${aim.by.map(one => html`<p class="small soft">${one.name}: ${one.text}</p>`)}</li>`)}</ul>` : null);

function Brief({view, act, names}) {
  const {brief, seat, doctrine} = view;
  return html`<div class="stack"><${Now} room=${view.room} decided=${view.public.decided} said=${view.public.said} names=${names} doubts=${view.doubts} act=${act} /><${Words} statements=${view.statements || []} act=${act} />
    ${brief ? html`<section class="card stack"><h2>${say("Your brief")}</h2><p class="tag main">${say("for your eyes only")}</p>
      ${seat.aim ? html`<p class="note"><b>${say("Aim")}:</b> ${seat.aim}</p>` : null}
      <${Aims} aims=${seat.aims} />
      ${brief.stands_for.length ? html`<p class="note small">${say("Nobody sits in these ministries: you read what they know and propose for them:")} ${brief.stands_for.join("; ")}</p>` : null}
      ${String(brief.text || "").split(/\n+/).map(line => html`<p>${line}</p>`)}
      ${brief.facts.length ? html`<table><caption>${say("Only your seat sees")}</caption><tbody>${brief.facts.map(fact => html`<tr><th scope="row">${fact.name}</th><td>${fact.text}${fact.word ? html`, <b>${fact.word}</b>` : null}${fact.trend ? html`<br /><span class="small soft">${fact.trend}</span>` : null}</td></tr>`)}</tbody></table>` : null}
      ${brief.sources && brief.sources.length ? html`<details class="small soft"><summary>${say("Sources")}</summary><ul>${brief.sources.map(source => html`<li>${source}</li>`)}</ul></details>` : null}
      ${brief.known && brief.known.length ? html`<details><summary>${say("What it rests on: facts and sources")}</summary><ul class="close">${brief.known.map(fact => html`<${Known} key=${fact.id} fact=${fact} doubted=${view.doubts.includes(fact.id)} act=${act} />`)}</ul></details>` : null}
      ${!view.seen ? html`<button class="main wide" onClick=${() => act("seen")}>${say("I have read it")}</button>` : html`<p class="good">✓ ${say("read")}</p>`}</section>` : null}
    <${LastQuarter} past=${view.public} names=${names} />
    ${doctrine && doctrine.choices.length ? html`<details class="card" open=${!doctrine.mine && view.room.turn === 0 && doctrine.choices.length < 6}><summary>${say("The doctrine nearest to your aim")}: ${(doctrine.choices.find(one => one.id === doctrine.delegation) || {}).name}</summary><fieldset><legend class="unseen">${say("The doctrine nearest to your aim")}</legend><p class="small soft">${say("It plays for you when nobody does. The most tapped one counts.")}</p>
      <div class="choices">${doctrine.choices.map(choice => html`<${Choice} key=${choice.id} name="doctrine" value=${choice.id} chosen=${doctrine.mine === choice.id} set=${id => act("doctrine", id)}>${choice.name}${doctrine.delegation === choice.id ? html` <span class="tag">${say("now")}</span>` : null}<//>`)}</div></fieldset></details>` : null}
    <${Predictions} view=${view} act=${act} />
    <details class="card"><summary>${say("Rules")}</summary><${Rules} /></details></div>`;
}

export function Predictions({view, act}) {
  return html`${(view.predictions || []).map(question => html`<fieldset class="card" key=${question.id}><legend>${say("Your prediction")}: ${question.text}</legend><div class="choices">${question.options.map(option =>
    html`<${Choice} name=${`predict-${question.id}`} value=${option.id} chosen=${question.mine === option.id} off=${question.mine !== null && question.mine !== option.id} set=${id => act("predict", question.id, id)}>${option.text}<//>`)}</div></fieldset>`)}`;
}

// What the press asks: the head answers with a sentence, or with nothing.
function Asked({view, act}) {
  const [phrase, setPhrase] = useState("");
  const asked = (view.public.questions || []).find(one => one.actor === view.seat.actor);
  if (!asked || view.room.phase !== "playing") return null;
  return html`<section class="card stack"><h2>${say("The press asks you")}</h2><p><q>${asked.text}</q></p>
    ${asked.answer ? html`<p class="good">✓ <q>${asked.answer}</q></p>` : view.seat.head ? html`<${Pick} id="comment" label=${say("Answer for all to read (if you like)")} value=${phrase} set=${setPhrase}><option value="">${say("choose …")}</option>${view.comments.map(one => html`<option value=${one.id}>${one.text}</option>`)}<//>
      <button class="main wide" disabled=${!phrase} onClick=${() => act("comment", {phrase})}>${say("Send")}</button>` : html`<p class="soft small">${say("The head answers, or nobody does.")}</p>`}</section>`;
}

// What the Secretariat says: the floor, or the roll.
function Assembly({view}) {
  const {floor, called = [], opened = []} = view.public.assembly || {};
  const mine = view.seat.actor, voting = opened.filter(text => !text.closed && text.roll.some(row => row.actor === mine && row.voted === false));
  const words = floor === mine ? say("You have the floor: one sentence, aloud.") : called.includes(mine) && voting.length ? say("The Secretariat calls you to vote.") : called.includes(mine) && !opened.length && !view.confirmed.done ? say("The Secretariat calls you to confirm your moves.") : "";
  useEffect(() => { if (words) announce(words); }, [words]);
  return words && view.room.phase !== "over" ? html`<p class="note"><b>${words}</b></p>` : null;
}

function Ballot({ballot, view, act}) {
  const [vote, setVote] = useState(ballot.cast);
  const [phrase, setPhrase] = useState("");
  useEffect(() => setVote(ballot.cast), [ballot.cast]);
  const run = ((view.public.assembly || {}).opened || []).find(text => text.id === ballot.id);
  const may = (view.seat.head || view.seat.ministry === "foreign") && !(run && run.closed);
  const likely = ballot.likely || {};
  return html`<section class="card stack"><p class="tag">${say("General Assembly")}</p><h2>${ballot.title}</h2>${run ? html`<p class="note">${run.closed ? say("The Secretariat has closed the vote.") : say("The Secretariat has opened the vote.")}</p>` : null}
    ${ballot.asks.length ? html`<ul class="close">${view.offers_in.filter(offer => ballot.asks.includes(offer.id)).map(offer => html`<li class="note"><${Actor} actor=${offer.from} name=${offer.from_name} />: ${offer.title}</li>`)}</ul>` : null}
    <fieldset disabled=${!may}><legend>${may || (run && run.closed) ? say("Our vote") : say("The head or the foreign ministry votes")}</legend><div class="choices">${Object.entries(VOTES()).map(([id, word]) =>
      html`<${Choice} name=${`vote-${ballot.id}`} value=${id} chosen=${vote === id} off=${!may && vote !== id} set=${setVote}>${word}${likely[id] !== undefined ? html` <span class="soft small">· ${say("a machine: {share}", {share: percent(likely[id])})}</span>` : null}<//>`)}</div></fieldset>
    ${may && view.explanations && view.explanations.length ? html`<${Pick} id=${`why-${ballot.id}`} label=${say("Explanation in one sentence (if you like)")} value=${phrase} set=${setPhrase}><option value="">${say("without an explanation")}</option>${view.explanations.map(one => html`<option value=${one.id}>${one.text}</option>`)}<//>` : null}
    ${may ? html`<button class="main wide" disabled=${!vote} onClick=${() => act("vote", ballot.id, vote, phrase)}>${ballot.cast ? say("Change the vote") : say("Cast the vote")}</button>` : null}
    ${ballot.cast ? html`<p class="good">✓ ${say("Our vote:")} <${Cast} vote=${ballot.cast} /></p>` : null}</section>`;
}

function Talk({view, act}) {
  const [to, setTo] = useState("delegation");
  const [phrase, setPhrase] = useState("");
  const [text, setText] = useState("");
  const send = event => {
    event.preventDefault();
    if (text.trim()) act("say", to, {text: text.trim()}); else if (phrase) act("say", to, {phrase});
    setText("");
  };
  return html`<div class="stack"><section class="card stack"><h2>${say("Our delegation")}</h2><ul class="close">${[{...view.seat, seat: view.seat.id, here: true}, ...view.delegation].map(one => html`<li class="row apart" key=${one.seat}><span class="grow">${one.head ? html`<span aria-hidden="true">★ </span>` : ""}${one.title}${one.nickname ? html` <b>${one.nickname}</b>` : ""}${one.seat === view.seat.id ? ` (${say("you")})` : ""}</span>
      <span class=${`tag ${one.here ? "good" : ""}`}>${one.here ? say("here") : one.nickname ? say("away") : say("nobody")}</span></li>`)}</ul><p class="small soft">★ ${say("the seat that confirms the list")}</p></section>
    <section class="card stack"><h2>${say("Messages")}</h2><ul class="close" aria-live="polite">${view.messages.length ? view.messages.map(message => html`<li><b>${message.from_name}:</b> ${message.text}</li>`) : html`<li class="soft">${say("No message yet.")}</li>`}</ul>
      <form class="stack" onSubmit=${send}>
        <${Pick} id="to" label=${say("To")} value=${to} set=${setTo}><option value="delegation">${say("Our delegation")}</option>${view.partners.map(partner => html`<option value=${partner.actor} disabled=${!partner.people}>${partner.name}${partner.people ? "" : ` (${say("a machine plays")})`}</option>`)}<//>
        <${Pick} id="phrase" label=${say("Sentence")} value=${phrase} set=${setPhrase}><option value="">${say("choose …")}</option>${view.phrases.map(one => html`<option value=${one.id}>${one.text}</option>`)}<//>
        ${view.room.free_text ? html`<div><label class="name" for="own">${say("or your own words")}</label><textarea id="own" maxlength="200" value=${text} onInput=${event => setText(event.target.value)}></textarea></div>` : null}
        <button class="main wide" disabled=${!phrase && !text.trim()}>${say("Send")}</button></form></section></div>`;
}

export function Survey({survey, act}) {
  const [answers, setAnswers] = useState({});
  return html`<form class="card stack" onSubmit=${event => { event.preventDefault(); act("survey", survey.open, answers); }}><h2>${say("Six questions")}</h2>
    <p class="soft small">${say("Nobody sees who answered what. You may skip any.")}</p>
    ${survey.questions.map((question, i) => html`<fieldset key=${question.id}><legend>${i + 1}. ${question.text}</legend><div class="choices">${question.options.map(option => html`<${Choice} name=${question.id} value=${option.id} chosen=${answers[question.id] === option.id} set=${value => setAnswers(all => ({...all, [question.id]: value}))}>${option.text}<//>`)}</div></fieldset>`)}
    <button class="main wide">${say("Send")}</button></form>`;
}

export function Result({view, names}) {
  const {result} = view;
  return html`<div class="stack"><section class="card stack"><h2>${say("You are yourselves again")}</h2><p>${say("The game is over. Put your card face down and change chairs: from now on you speak as yourself.")}</p>
    ${view.seat.question ? html`<p class="note"><b>${say("Your question for the debrief:")}</b> ${view.seat.question}</p>` : null}</section>
    ${result ? html`<section class="card stack"><h2>${say("How your world ended")}</h2><${AimsAfter} aims=${result.aims || []} /><h3>${say("Five results of Kazakhstan")}</h3><${Gauges} gauges=${result.gauges || []} quarters=${view.public.quarters} />
      <ul class="close">${(result.lines || []).map(line => html`<li class="row apart"><span class="grow">${line.name}</span><span class=${`tag ${line.crossed ? "bad" : "good"}`}>${line.crossed ? say("crossed") : say("not crossed")}</span></li>`)}</ul>
      <p class="soft small">${say("The numbers come from a model. They are not a forecast.")}</p></section>` : null}
    <${LastQuarter} past=${view.public} names=${names} /></div>`;
}

export function Badge({view}) {
  return html`<span class="grow close"><span class="actor"><${Mark} actor=${view.seat.actor || view.seat.ministry} /><b>${view.seat.actor_name}</b></span><span class="small badge-line">${view.seat.title}${view.seat.head ? ` · ★ ${say("you confirm")}` : ""}${view.seat.world && view.room.worlds.length > 1 ? ` · ${say("World {id}", {id: view.seat.world})}` : ""}</span></span>`;
}

export function Play({view, menu, time, act, trouble, tongue}) {
  const bar = useRef(null);
  // What sticks below the bar has to know how high it is, in every language.
  useEffect(() => { if (bar.current) document.documentElement.style.setProperty("--bar", `${bar.current.offsetHeight}px`); });
  const [pane, setPane] = useState("brief");
  const [own, setOwn] = useState(null);
  const items = view.items || [], past = view.public.items || [];
  // What only a delegation needs: the press and the Secretariat use other parts of this file.
  const [team, setTeam] = useState(null);
  useEffect(() => { import("./delegation.js").then(setTeam); }, []);
  const wanted = items.length + past.length > 0;
  useEffect(() => { if (wanted && !own) import("./items.js").then(setOwn); }, [wanted]);
  const {room} = view;
  const names = {};
  for (const partner of view.partners) names[partner.actor] = partner.name;
  names[view.seat.actor] = view.seat.actor_name;
  const open = view.offers_in.filter(offer => offer.answer === null).length;
  const ballots = view.ballots.filter(ballot => !ballot.cast).length + items.filter(item => item.may && !item.cast).length;
  const panes = [["brief", say("Brief"), 0], ["moves", say("Moves"), view.proposals.filter(p => view.seat.head && !view.confirmed.entries.includes(p.entry)).length], ["offers", say("Offers"), open], ...(view.ballots.length || items.length ? [["vote", say("Vote"), ballots]] : []), ["talk", say("Talk"), view.seat.head && (view.public.questions || []).some(one => one.actor === view.seat.actor && !one.answer) ? 1 : 0]];
  const here = panes.some(([id]) => id === pane) ? pane : "brief";
  const side = {brief: html`<${Brief} view=${view} act=${act} names=${names} />`, moves: html`<${Moves} view=${view} menu=${menu} act=${act} />`, offers: team ? html`<${team.Offers} view=${view} act=${act} />` : null,
    vote: html`<div class="stack">${own ? items.map(item => html`<${own.ItemBallot} key=${item.id} item=${item} view=${view} act=${act} />`) : null}${view.ballots.map(ballot => html`<${Ballot} key=${ballot.id} ballot=${ballot} view=${view} act=${act} />`)}</div>`, talk: html`<div class="stack"><${Asked} view=${view} act=${act} /><${Talk} view=${view} act=${act} /></div>`};
  const survey = view.survey && view.survey.open && !view.survey.answered ? html`<${Survey} key=${view.survey.open} survey=${view.survey} act=${act} />` : null;
  const playing = room.phase === "playing";
  const show = ids => ids.filter(id => side[id] && panes.some(([one]) => one === id)).map(id => html`<section key=${id} id=${`pane-${id}`} tabindex="-1" class=${`pane ${here === id ? "here" : ""}`} aria-label=${(panes.find(([one]) => one === id) || [])[1]}>${side[id]}</section>`);
  const go = id => { setPane(id); setTimeout(() => { scrollTo(0, 0); const target = document.getElementById(`pane-${id}`); if (target) target.focus({preventScroll: true}); }); };

  return html`<div class=${`student ${playing ? "playing" : ""}`}><a class="skip" href="#main">${say("To the content")}</a>
    <header class="bar" ref=${bar}>${room.phase === "lobby" ? null : html`<h1 class="unseen">${room.title}</h1>`}<div class="row apart"><${Badge} view=${view} />${playing || room.reading ? html`<${Clock} time=${time} tell />` : null}</div>
      ${room.turn || playing ? html`<p class="small soft">${turnWords(room)} · ${room.quarter_text}${playing ? ` · ${stageWords(room)}` : ""}${playing && room.last_turn ? ` · ${say("final quarter")}` : ""}${room.rehearsal ? html` · <b>${say("rehearsal")}</b>` : null}</p>` : null}</header>
    <main id="main" class="stack">${trouble ? html`<p class="note bad" role="alert">${trouble}</p>` : null}
      <${Assembly} view=${view} />
      ${team ? html`<${team.Head} view=${view} />` : null}
      ${view.bot ? html`<p class="note">${say("A machine plays for your delegation until one of you acts.")}</p>` : null}
      ${survey}
      ${room.reading ? html`<p class="note"><b>${say("Quiet reading")}</b> ${say("Read your brief. Choose the doctrine nearest to your aim.")}</p><${Brief} view=${view} act=${act} names=${names} />` : null}
      ${room.phase === "lobby" && !room.reading ? html`<div class="stack"><section class="card stack"><h1>${room.title}</h1><p>${room.question}</p>${room.note ? html`<p class="note">${room.note}</p>` : null}<p class="note good">✓ ${say("You are in. The teacher starts the game.")} <b>${view.seat.nickname}</b></p></section>
          ${view.seat.aim || view.seat.aims.length ? html`<section class="card close">${view.seat.aim ? html`<h2>${say("Aim")}</h2><p>${view.seat.aim}</p>` : null}<${Aims} aims=${view.seat.aims} /></section>` : null}<section class="card stack"><h2>${say("Rules")}</h2><${Rules} /></section></div>` : null}
      ${playing ? html`<div class="panes"><div class="stack">${show(["brief"])}</div><div class="stack">${show(["moves"])}</div><div class="stack">${show(["vote", "offers", "talk"])}</div></div>` : null}
      ${room.phase === "between" && !room.reading ? html`<div class="stack"><p class="note">${inside(room) ? say("This part of the quarter is over. The teacher starts the next one.") : say("The quarter is over. The teacher starts the next one.")}</p>${inside(room) || view.public.said.length ? html`<${Now} room=${{}} decided=${inside(room) ? view.public.decided : []} said=${view.public.said} names=${names} />` : null}<${LastQuarter} past=${view.public} names=${names} />${own ? html`<${own.ItemVotes} items=${past} names=${names} />` : null}<${Talk} view=${view} act=${act} /></div>` : null}
      ${room.phase === "over" ? html`<${Result} view=${view} names=${names} />` : null}
      <details class="small"><summary>${say("Language and seat")}</summary><div class="stack"><${Tongues} set=${tongue} /><button class="warn" onClick=${() => confirm(say("Give your seat up? A machine will play for you.")) && act("leave")}>${say("Leave the room")}</button></div></details>
    </main>
    ${playing ? html`<nav class="tabs" aria-label=${say("Parts of the page")}>${panes.map(([id, name, count]) => html`<button key=${id} aria-current=${String(here === id)} onClick=${() => go(id)}>${name}${count ? html`<span class="count">${count}<span class="unseen"> ${say("new")}</span></span>` : null}</button>`)}</nav>` : null}</div>`;
}
