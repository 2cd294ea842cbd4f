// Words in the language of the seat. The English text is the id; /words/LANG.json has the translations of what
// ../words.txt lists.

export const LANGUAGES = [["kk", "Қазақша"], ["ru", "Русский"], ["en", "English"]];

let lang = "en";
let table = {};

export const language = () => lang;

export async function speak(wanted) {
  const known = LANGUAGES.some(([code]) => code === wanted) ? wanted : "en";
  if (known !== "en") table = await (await fetch(`/words/${known}.json`)).json();
  lang = known;
  document.documentElement.lang = known;
}

const filled = (text, values) =>
  values ? text.replace(/\{(\w+)\}/g, (hole, name) => (name in values ? String(values[name]) : hole)) : text;

export function say(id, values) {
  return filled((lang !== "en" && table[id]) || id, values);
}

// By hand, since an old phone may not know the numbers of Kazakh.
export function number(x, digits = 0, signed = false) {
  if (x === null || x === undefined || !isFinite(x)) return "–";
  const size = Math.abs(x).toFixed(digits);
  const [whole, part] = size.split(".");
  const grouped = whole.length > 4 ? whole.replace(/\B(?=(\d{3})+$)/g, lang === "en" ? "," : "\u00a0") : whole;
  const sign = Number(size) === 0 ? "" : x < 0 ? "\u2212" : signed ? "+" : "";
  return sign + grouped + (part ? (lang === "en" ? "." : ",") + part : "");
}

export const percent = (x, digits = 0, signed = false) =>
  number(x * 100, digits, signed) + (lang === "en" ? "%" : "\u00a0%");

// 2022-Q3 as people say it: the same words as multivector.language says.
export function quarter(code) {
  const [year, q] = String(code).split("-Q");
  if (!q) return String(code);
  return {en: `Q${q} ${year}`, ru: `${q}-й квартал ${year}\u00a0г.`, kk: `${year}\u00a0ж. ${q}-тоқсан`}[lang];
}

// The same where there is little room: under a plot, over a column.
export function quarterShort(code) {
  const [year, q] = String(code).split("-Q");
  if (!q) return String(code);
  return {en: `Q${q} ${year}`, ru: `${q} кв. ${year}`, kk: `${q}-тоқс. ${year}`}[lang];
}

// A text of the scenario comes with all its languages.
export const own = text =>
  text === null || text === undefined ? "" : typeof text === "object" ? text[lang] || text.en || "" : String(text);

export const clock = seconds => {
  const s = Math.max(0, Math.ceil(seconds));
  return `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}`;
};
