// The report's charts, laid out by the server for the box in which they stand: in its pixels, with its letters. Words and
// figures are there at once, the picture when it has come; until then the last one stays.
import {html, useEffect, useRef, useState} from "./html.js";
import {ask} from "./link.js";
import {language, say} from "./say.js";
import {useBox} from "./leaves.js";

const AGAIN = 1500, SETTLED = 120;

// `chart` is what /api/chart calls it, `now` changes with its figures. Gives what was drawn last and whether it is of now.
function useChart(token, chart, now, size) {
  const [found, setFound] = useState({});
  const wanted = size && size.h > size.font ? `/api/chart/${chart}${chart.includes("?") ? "&" : "?"}language=${language()}&width=${size.w}&height=${size.h}&letters=${Math.ceil(size.font)}` : "";
  // What is said is of the figures and not of the size: words that changed with it would change the size again.
  const asked = `${wanted} ${now}`, about = `${chart} ${language()} ${now}`;
  useEffect(() => {
    if (!wanted) return undefined;
    let timer = 0, gone = false;
    const look = async () => {
      try {
        const told = await ask(wanted, {token});
        if (!gone) setFound({told, about});
      } catch (problem) { if (!gone && !problem.status) timer = setTimeout(look, AGAIN); } // the server is away for a moment
    };
    timer = setTimeout(look, found.told ? SETTLED : 0);
    return () => { gone = true; clearTimeout(timer); };
  }, [asked]);
  return {told: found.told, fresh: found.about === about};
}

// SVG as text, put into the page as what it is: nothing in it runs, and its letters are letters.
function Svg({svg, label}) {
  const place = useRef(null);
  useEffect(() => {
    const parsed = new DOMParser().parseFromString(svg, "image/svg+xml").documentElement;
    const node = document.importNode(parsed, true);
    node.setAttribute("role", "img");
    node.setAttribute("aria-label", label);
    place.current.textContent = "";
    place.current.appendChild(node);
  }, [svg, label]);
  return html`<div class="picture" ref=${place}></div>`;
}

const Rows = ({told}) => html`<table class="tight"><thead><tr>${told.columns.map((name, i) => html`<th scope="col" class=${i ? "num" : ""}>${name}</th>`)}</tr></thead><tbody>${told.rows.map(row => html`<tr>${row.map((cell, i) => (i ? html`<td class="num">${cell}</td>` : html`<th scope="row">${cell}</th>`))}</tr>`)}</tbody></table>`;

const titled = ({told, fresh}, name, words) => (told && fresh ? told.finding : words ? `${name}: ${words}` : name);
const ANY = {w: 600, h: 200, font: 28};

// Its table in place of the picture: on the wall, where nobody opens anything.
function Tabled({token, chart, now, name, words}) {
  const found = useChart(token, chart, now, ANY);
  return html`<figure class="board-figure open"><figcaption><b>${titled(found, name, words)}</b></figcaption>${found.told ? html`<${Rows} told=${found.told} />` : null}</figure>`;
}

// A picture with its finding as title; on a page its table is folded away below it.
function Pictured({token, chart, now, name, words, wall, children}) {
  const [box, size] = useBox();
  const found = useChart(token, chart, now, size), {told} = found;
  return html`<figure class=${wall ? "board-figure" : "card"}><figcaption><b>${titled(found, name, words)}</b>${children}</figcaption>
    <div class="plot-box" ref=${box}>${told ? html`<${Svg} svg=${told.svg} label=${[told.finding, told.note].filter(Boolean).join(". ")} />` : null}</div>
    ${told && !wall ? html`<details class="small"><summary>${say("As a table")}<span class="unseen"> ${name}</span></summary><div class="scroll" tabindex="0" role="group" aria-label=${name}><${Rows} told=${told} /></div></details>` : null}</figure>`;
}

// `name` and `words` stand above it until it has come.
export const Drawn = ({tables, ...more}) => (tables ? html`<${Tabled} ...${more} />` : html`<${Pictured} ...${more} />`);
