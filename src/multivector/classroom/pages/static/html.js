// Preact with htm: nothing to build. A text is always a text: nothing here sets inner HTML.
import {h, render} from "./vendor/preact.js";
import htm from "./vendor/htm.js";

export {render};
export {useEffect, useRef, useState} from "./vendor/hooks.js";
export const html = htm.bind(h);
