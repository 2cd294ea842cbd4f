// The rules sheet, one page in three languages.
import {html} from "./html.js";
import {say} from "./say.js";

export const rules = () => [
  say("You are a delegation, not yourself: speak for your seat."),
  say("A round is a quarter (three months) and lasts about five minutes. What is missing when time is up is done by your doctrine."),
  say("Kazakhstan has three moves a round, the others two. Ministries propose, the head confirms."),
  say("An offer needs a yes. No answer means no."),
  say("Your screen is for your delegation, the projector is for all."),
  say("Votes: for, against, abstain, not taking part. One sentence of explanation is allowed."),
  say("Advisers estimate each move and say how sure they are. They can be wrong."),
  say("There is no winner. Kazakhstan looks at red lines and five results, the others at their own aims."),
  say("No wars are started here, no borders are changed, nobody is insulted."),
  say("The numbers come from a model and are not a forecast. Afterwards you speak as yourself."),
];
export const Rules = () => html`<ol class="numbered">${rules().map(rule => html`<li>${rule}</li>`)}</ol>`;
