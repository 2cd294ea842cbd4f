// The scheme of routes and ties: nodes and lines like the plan of a metro, not a map. No border is drawn, so none is claimed.
import {html} from "./html.js";
import {say} from "./say.js";
import {shape, tie} from "./parts.js";

const PLACES = {USA: [60, 44], EU: [60, 238], RUS: [490, 50], KAZ: [600, 320], CHN: [880, 320], SOUTH: [400, 470], SEA: [60, 458]};
// Where the words of a node stand, clear of the lines: x, y, anchor.
const LABELS = {USA: [100, 40, "start"], EU: [28, 158, "start"], RUS: [532, 46, "start"], KAZ: [582, 392, "start"], CHN: [930, 236, "end"]};
// Where a line of each kind runs. Angles are those of a metro plan: straight or by 45 degrees.
const WAYS = {
  "oil north": [[600, 320], [490, 210], [490, 125], [420, 125], [205, 340], [205, 390], [165, 430], [60, 430]],
  "oil south": [[600, 320], [450, 470], [400, 470], [200, 470], [60, 470]],
  "oil east": [[600, 320], [880, 320]],
  "goods north": [[880, 320], [600, 320], [490, 210], [490, 50], [440, 50], [252, 238], [60, 238]],
  "goods south": [[880, 320], [600, 320], [450, 470], [330, 470], [98, 238], [60, 238]],
  "goods round": [[600, 320], [880, 320], [880, 515], [840, 555], [60, 555], [18, 513], [18, 280], [60, 238]],
};
// How far from its way a line runs, by its number there: bundles stay apart and do not cross at a bend.
const STEP = {"oil north": n => -8 - 13 * n, "oil south": n => -10 - 13 * n, "oil east": n => -16 - 13 * n, "goods north": n => 8 + 13 * n, "goods south": n => 8 - 13 * n, "goods round": n => 16 + 13 * n};
const BADGE_AT = {"oil north": [0.14, 0.43, 0.52, 0.61], "oil south": [0.2, 0.3], "oil east": [0.5, 0.7], "goods north": [0.68, 0.8], "goods south": [0.68, 0.75], "goods round": [0.32, 0.42, 0.58]};
// Where the shipped corridors run; one that a scenario adds goes by its kind.
const HOME = {"CPC": "oil north", "atyrau-samara": "oil north", "aktau-makhachkala": "oil north", "oil-other": "oil north", "aktau-baku": "oil south", "atasu-alashankou": "oil east",
  "northern": "goods north", "middle": "goods south", "sea-other": "goods round"};
const way = route => HOME[route.id] || (route.kind === "oil" ? "oil south" : "goods round");
const oily = route => way(route).startsWith("oil");
const shut = route => route.state === "shut";

// Points of a line moved aside, so that lines that share a way run beside each other.
function aside(points, by) {
  const unit = (a, b) => { const d = Math.hypot(b[0] - a[0], b[1] - a[1]) || 1; return [-(b[1] - a[1]) / d, (b[0] - a[0]) / d]; };
  return points.map((point, i) => {
    const before = i ? unit(points[i - 1], point) : unit(point, points[i + 1]);
    const after = i < points.length - 1 ? unit(point, points[i + 1]) : before;
    const scale = by / Math.max(0.5, (1 + before[0] * after[0] + before[1] * after[1]));
    return [point[0] + (before[0] + after[0]) * scale, point[1] + (before[1] + after[1]) * scale];
  });
}

function along(points, share) {
  const lengths = points.slice(1).map((p, i) => Math.hypot(p[0] - points[i][0], p[1] - points[i][1]));
  let rest = lengths.reduce((a, b) => a + b, 0) * share;
  for (let i = 0; i < lengths.length; i++) {
    if (rest <= lengths[i]) { const t = rest / lengths[i]; return [points[i][0] + (points[i + 1][0] - points[i][0]) * t, points[i][1] + (points[i + 1][1] - points[i][1]) * t]; }
    rest -= lengths[i];
  }
  return points[points.length - 1];
}


function Node({actor, name, relation}) {
  const [x, y] = PLACES[actor], [lx, ly, anchor] = LABELS[actor];
  const home = actor === "KAZ";
  const cut = name.length > 16 ? name.lastIndexOf(" ") : -1;
  const rows = cut > 0 ? [name.slice(0, cut), name.slice(cut + 1)] : [name];
  return html`<g><g transform=${`translate(${x} ${y})`}><circle class="station" r=${home ? 34 : 27} /><g class=${actor} transform=${home ? "translate(-22 -22) scale(2.2)" : "translate(-17 -17) scale(1.7)"}><path d=${shape(actor)} fill="currentColor" /></g></g>
    ${rows.map((row, i) => html`<text class="halo" text-anchor=${anchor} x=${lx} y=${ly + 35 * i}>${row}</text>`)}
    ${relation === undefined || relation === null ? null : html`<text class="halo quiet-text" text-anchor=${anchor} x=${lx} y=${ly + 35 * rows.length}>${tie(relation).word}</text>`}</g>`;
}

export function Scheme({scheme}) {
  const names = Object.fromEntries(scheme.nodes.map(node => [node.id, node.name]));
  const ties = {};
  for (const {a, b, relation} of scheme.ties) if (a === "KAZ" || b === "KAZ") ties[a === "KAZ" ? b : a] = relation;
  const oil = scheme.routes.filter(oily).reduce((sum, route) => sum + (route.flow || 0), 0);
  const goods = scheme.routes.filter(route => !oily(route)).reduce((sum, route) => sum + (route.flow || 0), 0);
  const count = {};
  const lines = scheme.routes.map((route, i) => {
    const kind = way(route);
    const place = (count[kind] = (count[kind] || 0) + 1) - 1;
    const points = aside(WAYS[kind], STEP[kind](place));
    const at = BADGE_AT[kind];
    return {route, letter: String(i + 1), points, badge: along(points, at[place % at.length]), closed: shut(route), share: (route.flow || 0) / Math.max(oily(route) ? oil : goods, 1e-9)};
  });
  const worded = lines.map(({route, letter}) => `${letter}: ${route.name}, ${routeState(route)}`).join("; ");
  const actors = ["USA", "EU", "RUS", "CHN", "KAZ"].filter(actor => names[actor]);
  return html`<svg class="scheme" viewBox="0 4 950 572" role="img" aria-label=${`${say("Scheme of routes and ties")}. ${worded}`}>
    ${actors.filter(actor => ties[actor] !== undefined && ties[actor] !== null).map(actor => {
      const {step} = tie(ties[actor]);
      return html`<line class="tie" x1=${PLACES.KAZ[0]} y1=${PLACES.KAZ[1]} x2=${PLACES[actor][0]} y2=${PLACES[actor][1]} stroke-width=${5 + 5 * step} stroke-dasharray=${step < 2 ? "2 20" : "none"} />`;
    })}
    ${lines.map(({route, points, closed, share}) => html`<polyline class="route" points=${points.map(p => p.map(x => x.toFixed(1)).join(",")).join(" ")} stroke=${closed ? "var(--bad)" : oily(route) ? "var(--ink)" : "var(--KAZ)"}
      stroke-width=${3.5 + 7 * share} stroke-dasharray=${closed ? "4 14" : oily(route) ? "none" : "22 8"} />`)}
    <rect class="station" x=${PLACES.SEA[0] - 14} y=${PLACES.SEA[1] - 36} width="28" height="76" rx="14" /><text class="halo quiet-text" x="34" y="530">${say("world market")}</text>
    <circle class="station" cx=${PLACES.SOUTH[0]} cy=${PLACES.SOUTH[1]} r="13" /><text class="halo quiet-text" x="372" y="530">${say("South Caucasus")}</text>
    ${actors.map(actor => html`<${Node} actor=${actor} name=${names[actor]} relation=${ties[actor]} />`)}
    ${lines.map(({letter, badge, closed}) => html`<g transform=${`translate(${badge[0].toFixed(1)} ${badge[1].toFixed(1)})`}><circle r="21" fill=${closed ? "var(--bad)" : "var(--card)"} stroke=${closed ? "var(--bad)" : "var(--ink)"} stroke-width="3" />
      <text class=${closed ? "on-bad" : ""} text-anchor="middle" y="12">${letter}</text></g>`)}
  </svg>`;
}

const STATES = () => ({open: say("open"), narrow: say("partly open"), shut: say("closed")});
export const routeState = route => STATES()[route.state] || route.state;

// Shape and word of each line: solid for oil, dashed for goods, a cross when it is shut.
export const Legend = ({routes}) => html`<ol class="legend">${routes.map((route, i) => html`<li key=${route.id} class=${shut(route) ? "shut" : ""}><b class="badge">${i + 1}</b> <span>${route.name}</span> <b>${shut(route) ? "✕ " : ""}${routeState(route)}</b></li>`)}
  <li class="soft"><svg class="key" viewBox="0 0 60 10" aria-hidden="true"><line x2="60" y1="5" y2="5" stroke="var(--ink)" stroke-width="5" /></svg><span>${say("oil")}</span><svg class="key" viewBox="0 0 60 10" aria-hidden="true"><line x2="60" y1="5" y2="5" stroke="var(--KAZ)" stroke-width="5" stroke-dasharray="14 6" /></svg><span>${say("goods")}</span><svg class="key" viewBox="0 0 60 10" aria-hidden="true"><line x2="60" y1="5" y2="5" stroke="var(--line)" stroke-width="10" /></svg><span>${say("ties")}</span></li></ol>`;
