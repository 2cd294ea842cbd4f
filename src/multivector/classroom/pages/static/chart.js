// The drawings of a student's page: uPlot on a canvas. Fetched with it when the first one is opened, never before.
import {html, useEffect, useRef} from "./html.js";
import {language, quarterShort} from "./say.js";
import {amount} from "./parts.js";
import UPlot from "./vendor/uplot.js";

export const styled = new Promise((done, failed) => {
  const sheet = Object.assign(document.createElement("link"), {rel: "stylesheet", href: "/static/vendor/uplot.css", onload: done, onerror: failed});
  document.head.append(sheet);
});

const DARK = matchMedia("(prefers-color-scheme: dark)");
const colour = name => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

// Ticks with as many digits as tell one from the next.
const ticks = unit => (_, values, axis, space, step) => {
  const share = /^(share|ratio)/.test(unit || ""), digits = Math.max(0, Math.ceil(-Math.log10(step * (share ? 100 : 1)) - 1e-9));
  return values.map(v => amount(v, unit, share ? digits : digits - 1));
};
// Steps of 1, 2 and 5 alone: with 2.5 ticks would be printed unevenly.
const STEPS = [...Array(11)].map((_, i) => i - 6).flatMap(power => [1, 2, 5].map(step => Number(`${step}e${power}`)));
const widest = font => (plot, words) => {
  if (!words) return 4 * font;
  plot.ctx.save();
  plot.ctx.font = `${font}px ${getComputedStyle(plot.root).fontFamily}`;
  const wide = Math.max(...words.map(word => plot.ctx.measureText(word).width));
  plot.ctx.restore();
  return Math.ceil(wide) + 12;
};

function options(node, {quarters, unit, scale}, series, bands) {
  const style = getComputedStyle(node), font = parseFloat(style.fontSize), one = quarters.length < 2;
  // The year under the quarter, and no more of them than have room.
  const last = quarters.length - 1, every = Math.ceil(quarters.length / Math.max(1, Math.floor((node.clientWidth - 4.5 * font) / (3.8 * font))));
  const axis = {stroke: colour("ink"), font: `${font}px ${style.fontFamily}`, ticks: {stroke: colour("soft"), width: 1, size: 5}, gap: 4};
  return {
    width: node.clientWidth, height: node.clientHeight, pxAlign: 0, legend: {show: false}, cursor: {show: false}, select: {show: false}, padding: [font * 0.7, font * 2, 0, 0],
    scales: {x: {time: false, range: one ? [-0.5, 0.5] : [0, last]}, y: {range: scale}},
    axes: [
      {...axis, size: font * 3.1, grid: {show: false}, splits: () => quarters.map((_, i) => i).filter(i => (last - i) % every === 0), values: (_, at) => at.map(i => quarterShort(quarters[i]).replace(/ (?=\d{4}$)/, "\n"))},
      {...axis, size: widest(font), space: font * 1.6, incrs: STEPS, grid: {stroke: colour("line"), width: 1}, values: ticks(unit)},
    ],
    series: [{}, ...series.map(one => ({points: {show: false}, ...one}))], bands,
  };
}

// A picture with its finding for who does not see it. Drawn anew when its place, its letters or the scheme of colours change.
function Drawn({label, draw, known}) {
  const box = useRef(null);
  useEffect(() => {
    const node = box.current;
    let plot = null, was = "";
    const anew = () => {
      if (plot) plot.destroy();
      plot = node.clientWidth ? draw(node) : null;
    };
    const sized = () => {
      const now = `${node.clientWidth} ${getComputedStyle(node).fontSize}`;
      if (now !== was && node.clientWidth) { was = now; anew(); }
    };
    sized();
    const watch = new ResizeObserver(sized);
    watch.observe(node);
    DARK.addEventListener("change", anew);
    return () => { watch.disconnect(); DARK.removeEventListener("change", anew); if (plot) plot.destroy(); };
  }, [known, language()]);
  return html`<div class="drawn" ref=${box} role="img" aria-label=${label} />`;
}

// Nine in ten futures, half of them, the middle; dashes: doing nothing more.
export function Fan({is, still, label, ...about}) {
  const {quarters} = about, twice = values => (values.length > 1 ? values : [values[0], values[0]]);
  const x = quarters.length > 1 ? quarters.map((_, i) => i) : [-0.5, 0.5];
  const draw = node => {
    const edge = {stroke: colour("soft"), width: 1}, inner = {stroke: colour("KAZ"), width: 1};
    const bands = [{series: [1, 2], fill: colour("line")}, {series: [3, 4], fill: `${colour("KAZ")}99`}];
    const series = [edge, edge, inner, inner, {stroke: colour("ink"), width: 3}, ...(still ? [{stroke: colour("ink"), width: 2, dash: [5, 5]}] : [])];
    const data = [x, ...["high", "low", "upper", "lower", "middle"].map(key => twice(is[key])), ...(still ? [twice(still)] : [])];
    return new UPlot(options(node, about, series, bands), data, node);
  };
  return html`<${Drawn} label=${label} draw=${draw} known=${is} />`;
}

// What was, quarter by quarter: a line with a dot for each.
export function Course({series, label, ...about}) {
  const draw = node => {
    const line = {stroke: colour("KAZ"), width: 3, points: {show: true, size: 9, fill: colour("card"), stroke: colour("KAZ"), width: 3}};
    return new UPlot(options(node, about, [line], []), [series.map((_, i) => i), series], node);
  };
  return html`<${Drawn} label=${label} draw=${draw} known=${series.join()} />`;
}
