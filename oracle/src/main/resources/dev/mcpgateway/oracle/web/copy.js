"use strict";
// Adds a button to whatever is there to be copied. The page is complete without it.
const labels = document.currentScript.dataset;
const said = document.createElement("p");
said.setAttribute("role", "status");
said.className = "unseen";
document.querySelector("main").append(said);
for (const source of document.querySelectorAll("code[data-copy]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = labels.copy;
  button.setAttribute("aria-label", labels.copy + ": " + source.dataset.copy);
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(source.textContent.trim());
      button.textContent = labels.copied;
      said.textContent = labels.copied;
      setTimeout(() => { button.textContent = labels.copy; said.textContent = ""; }, 3000);
    } catch {
      // Browsers may refuse; then it is marked, for copying by hand.
      window.getSelection().selectAllChildren(source);
    }
  });
  source.closest(".copyable").append(button);
}
