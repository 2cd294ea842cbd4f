"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const all = (selector, from) => [...(from || document).querySelectorAll(selector)];
  const json = (id) => { const at = byId(id); return at ? JSON.parse(at.textContent) : null; };
  const words = json("words") || {};
  const lang = document.documentElement.lang || "en";

  // Light and dark: the reader's choice goes before the machine's.
  byId("theme").addEventListener("click", () => {
    const dark = matchMedia("(prefers-color-scheme: dark)").matches;
    const now = document.documentElement.dataset.theme || (dark ? "dark" : "light");
    document.documentElement.dataset.theme = now === "dark" ? "light" : "dark";
  });

  // Pictures to keep: the drawing as it is shown, with its looks written out.
  const LOOKS = ["fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-linecap", "fill-rule", "paint-order",
    "font-size", "font-weight", "letter-spacing", "text-anchor"];
  const inked = (picture) => {
    const svg = all("svg", picture).find((each) => each.getBoundingClientRect().width), copy = svg.cloneNode(true);
    const plan = svg.classList.contains("scheme"), names = plan ? LOOKS : ["fill", "stroke"];
    const dress = (from, to) => {
      const clothed = all("*", to);
      all("*", from).forEach((node, k) => {
        const look = getComputedStyle(node);
        for (const name of names) if (plan || node.hasAttribute(name)) clothed[k].setAttribute(name, look.getPropertyValue(name));
        if (node.tagName === "text") clothed[k].setAttribute("font-family", "sans-serif");
      });
      return to;
    };
    dress(svg, copy);
    // What the page keeps once for both maps goes along.
    const land = copy.querySelector("use") && document.querySelector(".land defs");
    if (land) copy.prepend(dress(land, land.cloneNode(true)));
    const box = svg.viewBox.baseVal, paper = getComputedStyle(picture.closest("figure")).backgroundColor;
    const width = box.width, height = Number(svg.dataset.tall || box.height);
    copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
    copy.setAttribute("width", width); copy.setAttribute("height", height);
    copy.setAttribute("viewBox", [box.x, box.y, width, height].join(" "));
    const ground = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    ground.setAttribute("width", "100%"); ground.setAttribute("height", "100%"); ground.setAttribute("fill", paper);
    copy.prepend(ground);
    return { text: new XMLSerializer().serializeToString(copy), width, height };
  };
  const keep = (blob, name) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob); link.download = name; link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  };
  all("[data-save]").forEach((button) => button.addEventListener("click", () => {
    const figure = button.closest("figure"), made = inked(figure.querySelector(".picture"));
    const blob = new Blob([made.text], { type: "image/svg+xml" });
    if (button.dataset.save === "svg") return keep(blob, figure.id + ".svg");
    const image = new Image(), url = URL.createObjectURL(blob);
    image.onload = () => {
      const canvas = document.createElement("canvas");
      canvas.width = 3 * made.width; canvas.height = 3 * made.height;
      canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
      URL.revokeObjectURL(url);
      canvas.toBlob((png) => keep(png, figure.id + ".png"));
    };
    image.src = url;
  }));

  // On paper nothing can be opened: what a reader would miss is.
  addEventListener("beforeprint", () => all("details.whole").forEach((each) => { each.open = true; }));

  const record = json("record");
  if (!record || !record.histories || !byId("turn")) return;
  const stories = record.histories, turn = byId("turn"), pick = byId("history"), median = byId("median");

  // Numbers as the rest of the page writes them. Browsers say that they know Kazakh and write its numbers as English
  // ones; Russian ones have the same comma.
  const locale = lang === "kk" ? "ru" : lang;
  const short = (x, sign) => {
    if (x === null || x === undefined || !isFinite(x)) return words["n/a"];
    if (Math.abs(x) < 0.00005) return "0";
    return new Intl.NumberFormat(locale, {
      ...(Math.abs(x) < 0.001 ? { maximumFractionDigits: 4 } : { maximumSignificantDigits: 2, minimumSignificantDigits: Math.abs(x) < 10 ? 2 : 1 }), signDisplay: sign ? "exceptZero" : "auto",
    }).format(x).replace("-", "\u2212");
  };
  const share = (x) => x > 0 && x < 0.00005 ? "<" + share(0.0001) : new Intl.NumberFormat(locale, { style: "percent", maximumSignificantDigits: 2 }).format(x).replace(/\s%/, lang === "kk" ? "%" : "$&");
  const at = (id, t) => {
    const row = median && median.checked ? words.medians[id] : stories[pick.value].series[id];
    return row ? row[t] : null;
  };

  byId("onmap").addEventListener("change", (event) => byId("stage").classList.toggle("mapped", event.target.checked));

  const show = () => {
    const t = Number(turn.value);
    // Beside others in one page: they step together.
    if (parent !== window) parent.postMessage({ turn: t, last: Number(turn.max), when: words.quarters[t] }, "*");
    const quarter = stories[pick.value].quarters[t];
    byId("when").value = words.quarters[t];
    // Where the player is not seen, on paper or in a picture of the screen, schemes say themselves what they show.
    all("[data-when]").forEach((place) => { place.textContent = words.quarters[t]; });
    all("[data-whose]").forEach((place) => {
      place.textContent = median && median.checked ? words.all : pick.selectedOptions[0].textContent;
    });
    turn.setAttribute("aria-valuetext", words.quarters[t]);
    all("[data-flow]").forEach((line) => {
      const value = at(line.dataset.flow, t) || 0, inner = Number(line.dataset.inner || 0);
      const wide = Math.max(1.6, line.dataset.widest * value / line.dataset.most);
      line.setAttribute("stroke-width", Math.max(wide - inner, 0).toFixed(2));
    });
    all("[data-number]").forEach((place) => {
      const value = at(place.dataset.number, t), unit = place.dataset.unit;
      const text = short(value, place.dataset.sign);
      place.textContent = unit === "x" ? "×" + text : unit ? text + " " + words[unit] : text;
    });
    const now = byId("now");
    now.replaceChildren();
    const found = document.querySelector(`.history[data-history="${pick.value}"] .quarter[data-quarter="${t}"]`);
    if (found && quarter) {
      const list = document.createElement("ol");
      list.className = "timeline";
      list.append(found.cloneNode(true));
      now.append(list);
    }
  };
  const open = () => {
    all(".history").forEach((each) => { each.hidden = each.dataset.history !== pick.value; });
    turn.max = stories[pick.value].quarters.length - 1;
    show();
  };
  const go = (step) => { turn.value = Number(turn.value) + step; show(); };
  turn.addEventListener("input", show);
  // Who prints without having chosen a quarter is shown the last, of which the findings speak.
  let chosen = false, before = null;
  for (const id of ["turn", "back", "next", "play"]) for (const kind of ["input", "click"]) byId(id).addEventListener(kind, () => { chosen = true; });
  addEventListener("beforeprint", () => { if (!chosen) { before = turn.value; turn.value = turn.max; show(); } });
  addEventListener("afterprint", () => { if (before !== null) { turn.value = before; before = null; show(); } });
  addEventListener("message", (event) => {
    if (event.source !== parent || parent === window || !Number.isInteger(event.data.go)) return;
    if (Number(turn.value) === event.data.go) return;
    turn.value = event.data.go; show();
    const place = byId("stage").getBoundingClientRect();
    // What is stepped through is brought into sight: of this page alone, not of the one around it.
    if (place.bottom < 80 || place.top > innerHeight - 80) scrollTo(0, scrollY + place.top - 160);
  });
  pick.addEventListener("change", open);
  if (median) median.addEventListener("change", show);
  byId("back").addEventListener("click", () => go(-1));
  byId("next").addEventListener("click", () => go(1));

  let timer = null;
  const play = byId("play");
  const stop = () => { clearInterval(timer); timer = null; play.textContent = words.play; play.setAttribute("aria-pressed", "false"); };
  play.addEventListener("click", () => {
    if (timer) return stop();
    if (turn.value === turn.max) turn.value = 0;
    show();
    play.textContent = words.pause; play.setAttribute("aria-pressed", "true");
    timer = setInterval(() => { if (turn.value === turn.max) stop(); else go(1); }, 1100);
  });

  // Why: the options of one decision, made when it is asked for. What every button of that kind has is given here: in the
  // page it would stand some hundred times in each history.
  all(".ask").forEach((button) => {
    button.setAttribute("aria-expanded", "false");
    if (button.textContent === "?") button.setAttribute("aria-label", words.why + " " + button.previousSibling.textContent.trim());
  });
  const cell = (row, text, kind) => { const c = document.createElement(kind || "td"); c.textContent = text; row.append(c); return c; };
  const why = (button) => {
    // A quarter in "This quarter" is a copy of that of the history which is shown.
    const whose = button.closest(".history"), story = stories[whose ? whose.dataset.history : pick.value];
    const decision = story.quarters[button.closest(".quarter").dataset.quarter].decisions[button.dataset.no];
    const box = document.createElement("div"), table = document.createElement("table"), head = document.createElement("tr");
    box.className = "why";
    const note = document.createElement("p");
    note.textContent = words.whynote.replace("{n}", decision.feasible);
    for (const name of [words.option, words.chance, words.worth, words.terms]) cell(head, name, "th").scope = "col";
    const top = document.createElement("thead"), body = document.createElement("tbody");
    top.append(head);
    decision.options.forEach((option, k) => {
      const row = document.createElement("tr");
      const title = (words.titles[option.title] || option.title) + (option.target ? " → " + option.target : "");
      cell(row, (k === 0 ? "✓ " : "") + title + (option.accept < 1 ? " (" + words.accept.replace("{share}", share(option.accept)) + ")" : ""), "th").scope = "row";
      cell(row, share(option.probability)); cell(row, short(option.value, true));
      cell(row, Object.entries(option.terms).slice(0, 4).map(([name, x]) => (words.term[name] || name) + " " + short(x, true)).join(", "));
      body.append(row);
    });
    table.append(top, body); box.append(table, note);
    return box;
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest(".ask");
    if (!button) return;
    const item = button.closest("li"), opened = item.querySelector(".why"), same = opened && opened.dataset.of === button.dataset.no;
    all(".ask", item).forEach((each) => each.setAttribute("aria-expanded", "false"));
    if (opened) opened.remove();
    if (same) return;
    const box = why(button);
    box.dataset.of = button.dataset.no;
    item.append(box);
    button.setAttribute("aria-expanded", "true");
  });
  open();
})();
