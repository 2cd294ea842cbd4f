// The staff's forecast, and the course of the five results: words and tables at once, drawings as soon as uPlot has come.
import {html, useEffect, useState} from "./html.js";
import {quarterShort, say} from "./say.js";
import {amount} from "./parts.js";

// What draws: not there yet (null), there, or not to be had (false). Then the tables are open.
function useDrawing() {
  const [drawing, setDrawing] = useState(null);
  useEffect(() => {
    let gone = false;
    import("./chart.js").then(part => part.styled.then(() => part)).catch(() => false).then(found => { if (!gone) setDrawing(() => found); });
    return () => { gone = true; };
  }, []);
  return drawing;
}

const Table = ({name, open, children}) => html`<details class="small" open=${open}><summary>${say("As a table")}</summary><div class="scroll" tabindex="0" role="region" aria-label=${name}><table>${children}</table></div></details>`;
const Quarters = ({quarters}) => quarters.map(q => html`<th class="num" scope="col">${quarterShort(q)}</th>`);
// No finer than the figures are printed: what is the same in them is drawn level.
const scaled = (series, unit) => {
  const from = Math.min(...series), to = Math.max(...series), more = Math.max(0.05 * (to - from), ((/^(share|ratio)/.test(unit || "") ? 0.008 : 0.08) - (to - from)) / 2);
  return [from - more, to + more];
};

const QUANTILES = [["low", "5%"], ["lower", "25%"], ["middle", "50%"], ["upper", "75%"], ["high", "95%"]];

export function Forecast({forecast}) {
  const drawing = useDrawing();
  const {candidates, quarters} = forecast, last = quarters.length - 1;
  return html`<section class="card stack forecast" aria-label=${say("The staff's forecast")}><h3>${say("The staff's forecast")}</h3>
    <p class="small soft">${say("{n} futures each. The inner band holds half of them, the outer band nine in ten, the thick line is the middle; dashes: the middle if you do nothing more.", {n: forecast.futures})}</p>
    ${candidates[0].gauges.map((gauge, g) => {
      const unit = gauge.unit, rows = candidates.map(candidate => ({candidate, is: candidate.gauges[g]}));
      // One scale for all moves: what differs is seen.
      const scale = scaled(rows.flatMap(row => [...row.is.low, ...row.is.high]), unit);
      return html`<figure key=${gauge.id} class="close"><figcaption><b>${gauge.name}</b></figcaption>
        ${rows.map(({candidate, is}, row) => {
          const [low, middle, high] = ["low", "middle", "high"].map(key => amount(is[key][last], unit));
          const difference = forecast.differences.find(d => d.entry === candidate.entry && d.gauge === gauge.id);
          const words = say("{title}: middle {middle}, nine in ten between {low} and {high}", {title: `${candidate.title}, ${quarterShort(quarters[last])}`, middle, low, high});
          return html`<div class="close"><p class="small">${candidate.title}${difference ? html` · <b>${difference.words}</b>` : null}</p>
            ${drawing === false ? null : html`<div class="chart">${drawing ? html`<${drawing.Fan} is=${is} still=${row ? rows[0].is.middle : null} quarters=${quarters} unit=${unit} scale=${scale} label=${difference ? `${words}. ${difference.words}` : words} />` : null}</div>`}
            <p class="small soft num">${quarterShort(quarters[last])}: <b>${middle}</b> (${low} … ${high})</p></div>`;
        })}
        <${Table} name=${gauge.name} open=${drawing === false}><thead><tr><th scope="col">${say("Move")}</th><td></td><${Quarters} quarters=${quarters} /></tr></thead>
          <tbody>${rows.map(({candidate, is}) => QUANTILES.map(([key, q], i) => html`<tr>${i ? null : html`<th scope="rowgroup" rowspan="5">${candidate.title}</th>`}<td class="num">${q}</td>${is[key].map(v => html`<td class="num">${amount(v, unit)}</td>`)}</tr>`))}</tbody><//>
      </figure>`;
    })}</section>`;
}

// The five results over the quarters that are over.
export function Courses({gauges, quarters}) {
  const drawing = useDrawing();
  const last = quarters.length - 1;
  return html`<div class="stack courses">${drawing === false ? null : gauges.map(gauge => {
    const {name, unit, series} = gauge, scale = scaled(series, unit);
    const words = say("{name}: {first} {from}, {last} {to}", {name, first: quarterShort(quarters[0]), from: amount(series[0], unit), last: quarterShort(quarters[last]), to: amount(series[last], unit)});
    return html`<figure class="close" key=${gauge.id}><figcaption><b>${name}</b></figcaption><div class="chart">${drawing ? html`<${drawing.Course} series=${series} quarters=${quarters} unit=${unit} scale=${scale} label=${words} />` : null}</div></figure>`;
  })}
    <${Table} name=${say("Five results of Kazakhstan")} open=${drawing === false}><thead><tr><td></td><${Quarters} quarters=${quarters} /></tr></thead><tbody>${gauges.map(gauge => html`<tr key=${gauge.id}><th scope="row">${gauge.name}</th>${gauge.series.map(v => html`<td class="num">${amount(v, gauge.unit)}</td>`)}</tr>`)}</tbody><//></div>`;
}
