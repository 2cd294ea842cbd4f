// Words in the language of the seat. The English text is the id; /words/LANG.json has the translations of what
// ../words.txt lists.

export const LANGUAGES = [["kk", "Қазақша"], ["ru", "Русский"], ["en", "English"]];

let lang = "en";
let table = {};
// All words there are, or those of the parts that a page has come to; each is fetched once.
let parts = [""];
const had = {};

export const language = () => lang;

function words(address) {
  had[address] = had[address] || fetch(address).then(answer => answer.json()).catch(problem => { delete had[address]; throw problem; });
  return had[address];
}

export async function speak(wanted) {
  const known = LANGUAGES.some(([code]) => code === wanted) ? wanted : "en";
  if (known !== "en") table = Object.assign({}, ...await Promise.all(parts.map(part => words(`/words/${known}.json${part}`))));
  lang = known;
  document.documentElement.lang = known;
}

// A page that comes in parts says at first what the first one says, and learns more with the next.
export const begin = part => { parts = [`?of=${part}`]; };
export const learn = part => { parts = [...new Set([...parts, `?of=${part}`])]; return speak(lang); };

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
  text === null || text === undefined ? "" : typeof text === "object" ? text[lang] || text.en || text.ru || text.kk || "" : String(text);

export const clock = seconds => {
  const s = Math.max(0, Math.ceil(seconds));
  return `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}`;
};
