// What is longer than its place is turned like the leaves of a book: nothing is cut off, and no letter gets smaller.
import {html, useEffect, useRef, useState} from "./html.js";

const TURN = 12000;
const wide = node => node.clientWidth + (parseFloat(getComputedStyle(node).columnGap) || 0);

// `at` is the leaf that the console asks for, `told` hears of how many; without them leaves turn by themselves.
export function Leaves({children, at, told}) {
  const box = useRef(null);
  const [own, setOwn] = useState(0);
  const [count, setCount] = useState(1);
  const held = at !== undefined;
  useEffect(() => {
    const node = box.current;
    const measure = () => {
      node.style.setProperty("--leaf", `${node.clientHeight}px`);
      setCount(Math.max(1, Math.ceil((node.scrollWidth - 2) / wide(node))));
    };
    measure();
    const watch = new ResizeObserver(measure);
    watch.observe(node);
    return () => watch.disconnect();
  });
  useEffect(() => {
    if (count < 2 || held) return undefined;
    const turn = setInterval(() => setOwn(n => n + 1), TURN);
    return () => clearInterval(turn);
  }, [count, held]);
  useEffect(() => { if (told) told(count); }, [count]);
  const leaf = (held ? at : own) % count;
  useEffect(() => { box.current.scrollLeft = leaf * wide(box.current); });
  return html`<div class="leaves"><div class="leaf" ref=${box}>${children}</div>${count > 1 ? html`<p class="leaf-number soft num" aria-hidden="true">${leaf + 1} / ${count}</p>` : null}</div>`;
}

// The size of a box and of its letters in pixels: a chart on the wall is drawn one to one, so that its letters are the wall's.
export function useBox() {
  const box = useRef(null);
  const [size, setSize] = useState(null);
  useEffect(() => {
    const node = box.current;
    if (!node) return undefined;
    const measure = () => {
      const {clientWidth: w, clientHeight: h} = node, font = parseFloat(getComputedStyle(node).fontSize);
      setSize(old => (old && old.w === w && old.h === h && old.font === font ? old : {w, h, font}));
    };
    measure();
    const watch = new ResizeObserver(measure);
    watch.observe(node);
    return () => watch.disconnect();
  }, []);
  return [box, size];
}
