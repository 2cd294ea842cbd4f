// The debrief: three parts, three questions, and a label on each claim.
import {html, render, useEffect, useState} from "./html.js";
import {ask, keep, tongueOf} from "./link.js";
import {language, percent, say, speak} from "./say.js";
import {Tongues} from "./join.js";
import {ItemsAfter} from "./items.js";
import {Aims, Bots, Fork, FrontPages, Gauges, LeftOut, Learned, Lines, Misses, Opened, QUESTIONS, Story, Where, WhatIf} from "./after.js";

// 202 means that histories are still being played: ask again in a moment. Answers to the six questions come in after the
// debrief was opened: they are fetched again, often while the questions are open, seldom before.
const OFTEN = 2000, SELDOM = 5000;
export function useDebrief(token, tongue) {
  const [state, setState] = useState({ready: 0});
  useEffect(() => {
    let timer = 0, gone = false;
    const look = async () => {
      try {
        const answer = await fetch(`/api/debrief?language=${tongue}`, {headers: {Authorization: `Bearer ${token}`}, cache: "no-store"});
        const said = await answer.json();
        if (gone) return;
        if (answer.status === 200) { setState({data: said}); timer = setTimeout(again, OFTEN); }
        else if (answer.status === 202) { setState({ready: said.ready || 0}); timer = setTimeout(look, 700); }
        else setState({trouble: said.text || said.error});
      } catch (_) { if (!gone) timer = setTimeout(look, 1500); }
    };
    const again = async () => {
      let pause = SELDOM;
      try {
        const answer = await fetch(`/api/debrief?part=survey&language=${tongue}`, {headers: {Authorization: `Bearer ${token}`}, cache: "no-store"});
        if (gone || answer.status === 401 || answer.status === 403) return;
        if (answer.status === 200) {
          const {survey, open} = await answer.json();
          if (open) pause = OFTEN;
          setState(old => (old.data && JSON.stringify(old.data.survey) !== JSON.stringify(survey) ? {data: {...old.data, survey}} : old));
        }
      } catch (_) { /* the server is away for a moment: asked again below */ }
      if (!gone) timer = setTimeout(again, pause);
    };
    look();
    return () => { gone = true; clearTimeout(timer); };
  }, [token, tongue]);
  return state;
}

export const Waiting = ({state}) => (state.trouble ? html`<p class="note bad" role="alert">${state.trouble}</p>` : html`<p class="note" role="status">${say("Machines play this lesson many times, for comparison; it takes some seconds: {share}", {share: percent(state.ready || 0)})}</p>`);

function Page({tongue, token}) {
  const state = useDebrief(token, language());
  const {data} = state;
  const [refused, setRefused] = useState("");
  // The wall follows what is opened here; it needs no mouse of its own.
  const wall = body => ask("/api/wall", {token, body}).then(() => setRefused(""), problem => setRefused(problem.message));
  const [one, two, three] = QUESTIONS(data && data.worlds.length > 1);
  document.title = say("Debrief");
  return html`<div class="debrief"><a class="skip" href="#main">${say("To the content")}</a><header class="row apart"><h1>${say("Debrief")}</h1><${Tongues} set=${tongue} /></header>
    <main id="main">${refused ? html`<p class="note bad" role="alert">${refused}</p>` : null}${data ? html`
      <nav class="row" aria-label=${say("Parts of the page")}><a href="#what">1 ${say("What happened")}</a><a href="#why">2 ${say("Why")}</a><a href="#if">3 ${say("What if")}</a></nav>
      <section id="what" class="stack"><h2>1 · ${say("What happened")}</h2><p class="note">${one}</p><${Gauges} data=${data} token=${token} /><${Lines} data=${data} /><${Aims} data=${data} /><${FrontPages} data=${data} /><${Story} data=${data} />${data.items ? html`<${ItemsAfter} items=${data.items} many=${data.worlds.length > 1} game=${html`<${Where} is="game" />`} world=${html`<${Where} is="world" />`} />` : null}</section>
      <section id="why" class="stack"><h2>2 · ${say("Why")}</h2><p class="note">${two}</p><${Fork} data=${data} /><${Opened} data=${data} wall=${wall} /><${Misses} data=${data} /></section>
      <section id="if" class="stack"><h2>3 · ${say("What if")}</h2><p class="note">${three}</p><${WhatIf} data=${data} token=${token} wall=${wall} /><${Bots} data=${data} token=${token} /></section>
      <section class="stack"><${LeftOut} data=${data} /><${Learned} data=${data} /></section>` : html`<${Waiting} state=${state} />`}</main></div>`;
}

function App() {
  const [, again] = useState(0);
  return html`<${Page} token=${location.hash.slice(1)} tongue=${async wanted => { await speak(wanted); keep("teacher-language", wanted); again(n => n + 1); }} />`;
}

if (document.body.dataset.page === "debrief") speak(tongueOf("teacher") || (navigator.languages || []).map(code => code.slice(0, 2)).find(code => ["kk", "ru", "en"].includes(code)) || "kk").catch(() => {}).then(() => render(html`<${App} />`, document.getElementById("page")));
