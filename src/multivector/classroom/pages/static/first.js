// What a student's first page needs of what all pages share: marks of actors, choices, a voice for screen readers.
import {html} from "./html.js";
import {say} from "./say.js";

// A shape for each actor, since a colour alone says nothing from the last row.
const SHAPES = {
  KAZ: "M10 1a9 9 0 1 1 0 18a9 9 0 0 1 0-18Z", RUS: "M2 2h16v16H2Z", CHN: "M10 1l9.5 17H.5Z",
  EU: "M5.2 2h9.6l4.7 8-4.7 8H5.2L.5 10Z", USA: "M10 .5l9.5 9.5-9.5 9.5L.5 10Z",
  press: "M3 1h14v18H3ZM6 5v2h8V5ZM6 9v2h8V9Z", secretariat: "M10 1a9 9 0 1 1 0 18a9 9 0 0 1 0-18ZM10 5a5 5 0 1 0 0 10a5 5 0 0 0 0-10Z",
};
const OTHERS = ["M10 1l9 6.6-3.4 10.9H4.4L1 7.6Z", "M7 1h6v6h6v6h-6v6H7v-6H1V7h6Z", "M1 19L5 2h10l4 17Z"];
export const tint = actor => (SHAPES[actor] ? actor : "other");
export const shape = actor => SHAPES[actor] || OTHERS[[...String(actor)].reduce((sum, c) => sum + c.charCodeAt(0), 0) % OTHERS.length];

export const Mark = ({actor}) => html`<svg class=${`mark ${tint(actor)}`} viewBox="0 0 20 20" aria-hidden="true"><path d=${shape(actor)} fill="currentColor" /></svg>`;

// One polite region for the page: what changed, said once.
export function announce(text) {
  const region = document.getElementById("voice");
  region.textContent = "";
  setTimeout(() => { region.textContent = text; }, 60);
}

export const Choice = ({name, value, chosen, off, set, children}) => html`<label class=${`choice ${chosen ? "chosen" : ""} ${off ? "off" : ""}`}>
  <input type="radio" name=${name} value=${value} checked=${chosen} disabled=${off} onChange=${() => set(value)} /><span class="grow">${children}</span></label>`;

export const STAGES = () => ({news: say("News"), brief: say("Read the brief"), talk: say("Talk and make offers"), answers: say("Answer the offers"), confirm: say("Confirm and vote"), resolve: say("The quarter is being worked out")});
// What a round is at; nobody waits for a clock that stands still.
export const stageWords = room => (!room.paused ? STAGES()[room.stage] || "" : room.rehearsal ? say("the clock stands still") : say("paused"));

// The server counts turns from 0, people from 1.
export const turnWords = room => say("Quarter {n} of {all}", {n: room.named + 1, all: room.turns})
  + (room.phase === "playing" && (room.step || {}).parts > 1 ? ` · ${say("part {n} of {all}", {n: room.step.part, all: room.step.parts})}` : "");
