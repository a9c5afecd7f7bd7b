"use strict";
// Fetches the page again and again and shows what is new. The page is complete without it.
const INTERVAL = 5000;
const labels = document.currentScript.dataset;
const live = document.querySelector("#live");
const button = document.createElement("button");
let running = true;
button.type = "button";
button.className = "quiet";
button.textContent = labels.pause;
button.addEventListener("click", () => turn(!running));
document.querySelector("#refresh").append(button);

function turn(on) {
  running = on;
  button.textContent = on ? labels.pause : labels.goOn;
}

// Nothing changes under the hands of somebody who reads or marks it.
function isInUse() {
  return document.hidden || live.contains(document.activeElement) || !window.getSelection().isCollapsed;
}

async function renew() {
  if (!running || isInUse()) return;
  try {
    const answer = await fetch(location.href, { cache: "no-store" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("#live");
    if (page === null) {
      // Such as when the session is over: the link says why.
      turn(false);
    } else if (running && !isInUse()) {
      live.replaceChildren(...page.childNodes);
    }
  } catch {
    // The oracle is away for the moment; the time that the page shows tells.
  }
}

setInterval(renew, INTERVAL);
