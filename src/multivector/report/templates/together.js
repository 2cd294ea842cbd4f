"use strict";
(() => {
  // One slider for the histories side by side: what one of them is moved to, all are.
  const byId = (id) => document.getElementById(id);
  const frames = () => [...document.querySelectorAll("iframe")].map((frame) => frame.contentWindow);
  let timer = null;
  const go = (turn) => { for (const frame of frames()) frame.postMessage({ go: turn }, "*"); };
  addEventListener("message", (event) => {
    const { turn, last, when } = event.data || {};
    if (!Number.isInteger(turn) || !frames().includes(event.source)) return;
    byId("turn").max = last; byId("turn").value = turn;
    byId("when").value = when; byId("turn").setAttribute("aria-valuetext", when);
    byId("player").hidden = false;
    go(turn);
  });
  addEventListener("DOMContentLoaded", () => {
    const slide = byId("turn"), play = byId("play");
    const at = () => Number(slide.value), most = () => Number(slide.max);
    const stop = () => { clearInterval(timer); timer = null; play.textContent = play.dataset.play; play.setAttribute("aria-pressed", "false"); };
    slide.addEventListener("input", () => go(at()));
    byId("back").addEventListener("click", () => go(Math.max(at() - 1, 0)));
    byId("next").addEventListener("click", () => go(Math.min(at() + 1, most())));
    play.addEventListener("click", () => {
      if (timer) return stop();
      if (at() === most()) go(0);
      play.textContent = play.dataset.pause; play.setAttribute("aria-pressed", "true");
      timer = setInterval(() => { if (at() >= most()) stop(); else go(at() + 1); }, 1100);
    });
  });
})();
