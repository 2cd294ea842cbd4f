// The wire to the room: requests, a socket that comes back by itself, keys that give a seat back.

// Private windows may refuse storage: the class then works until the page is closed.
export function kept(name) {
  try { return localStorage.getItem(`multivector.${name}`); } catch (_) { return null; }
}
// What was chosen here before, else what the address says.
export const tongueOf = page => kept(`${page}-language`) || new URLSearchParams(location.search).get("lang");
export function keep(name, value) {
  try {
    if (value === null) localStorage.removeItem(`multivector.${name}`);
    else localStorage.setItem(`multivector.${name}`, value);
  } catch (_) { /* nothing to do */ }
}

export async function ask(path, {body, token} = {}) {
  const headers = {};
  if (body) headers["Content-Type"] = "application/json";
  if (token) headers.Authorization = `Bearer ${token}`;
  const answer = await fetch(path, {method: body ? "POST" : "GET", headers, body: body && JSON.stringify(body), cache: "no-store"});
  const said = await answer.json().catch(() => ({}));
  if (!answer.ok) throw Object.assign(new Error(said.text || answer.statusText), {code: said.error, status: answer.status});
  return said;
}

// A student whom the teacher moved comes back at once with the same key.
const MOVED = 4408;

// `heard` gets messages, `open` whether the wire stands, `over` the code of a close for good.
export function connect({token, language, heard, open, over}) {
  let socket = null, wait = 400, timer = 0, ended = false, count = 0;
  const waiting = new Map();

  const begin = () => {
    clearTimeout(timer);
    socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws`);
    socket.onopen = () => socket.send(JSON.stringify({do: "hello", token, ...(language ? {language} : {})}));
    socket.onmessage = event => {
      const message = JSON.parse(event.data);
      if (message.type === "ok" || message.type === "no") {
        const answer = waiting.get(message.n);
        waiting.delete(message.n);
        if (answer) answer(message);
        return;
      }
      if (message.type === "hello") { wait = 400; open(true); }
      heard(message);
    };
    socket.onclose = event => {
      for (const answer of waiting.values()) answer({type: "no", error: "offline"});
      waiting.clear();
      if (ended) return;
      open(false);
      if (event.code >= 4401 && event.code <= 4410 && event.code !== MOVED) { ended = true; over(event.code); return; }
      timer = setTimeout(begin, wait);
      wait = Math.min(wait * 1.6, 5000);
    };
  };

  // A phone that wakes up asks at once rather than after the next pause.
  const wake = () => { if (!ended && socket.readyState > 1 && !document.hidden) begin(); };
  document.addEventListener("visibilitychange", wake);
  addEventListener("online", wake);
  begin();
  return {
    ask: message => new Promise(answer => {
      if (socket.readyState !== 1) { answer({type: "no", error: "offline"}); return; }
      waiting.set(++count, answer);
      socket.send(JSON.stringify({...message, n: count}));
    }),
    close: () => { ended = true; clearTimeout(timer); socket.close(); },
  };
}
