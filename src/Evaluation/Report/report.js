"use strict";
// Titles become one tooltip that appears at once and works by touch; without this script they still work, slowly.
const tip = document.getElementById("tip");
for (const mark of document.querySelectorAll(".chart .mark, .chart .span")) {
  const title = mark.querySelector("title");
  mark.setAttribute("data-tip", title.textContent);
  title.remove();
}
function show(event) {
  const mark = event.target instanceof Element ? event.target.closest("[data-tip]") : null;
  tip.hidden = mark === null;
  if (mark === null) return;
  tip.textContent = mark.getAttribute("data-tip");
  const box = tip.getBoundingClientRect();
  const left = Math.min(event.clientX + 12, document.documentElement.clientWidth - box.width - 8);
  const above = event.clientY - box.height - 12;
  tip.style.left = Math.max(8, left) + "px";
  tip.style.top = (above > 0 ? above : event.clientY + 18) + "px";
}
document.addEventListener("pointermove", show, { passive: true });
document.addEventListener("pointerdown", show, { passive: true });
document.addEventListener("scroll", () => { tip.hidden = true; }, { passive: true });
// A link to an artifact opens it, and paper shows everything.
function open() {
  const target = location.hash.length > 1 ? document.getElementById(decodeURIComponent(location.hash.slice(1))) : null;
  if (target instanceof HTMLDetailsElement) target.open = true;
}
window.addEventListener("hashchange", open);
open();
window.addEventListener("beforeprint", () => { for (const part of document.querySelectorAll("details")) part.open = true; });
