/* What every page does: say news aloud, move the focus after a swap, close menus, keep drafts private. */
(() => {
  "use strict";
  const texts = () => document.querySelector("#texts")?.dataset ?? {};

  function say(words) {
    const live = document.querySelector("#live");
    if (!live) return;
    live.textContent = "";
    setTimeout(() => { live.textContent = words; }, 50);
  }

  function icon(name) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("class", "icon");
    svg.setAttribute("aria-hidden", "true");
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    use.setAttribute("href", `${texts().icons}#${name}`);
    svg.append(use);
    return svg;
  }

  /* An error summary first, else what the page itself asks to have in focus. */
  function focusIn(root) {
    const target = root.querySelector?.("[data-focus]");
    if (target) target.focus();
  }

  window.takt = { texts, say, icon };

  document.addEventListener("DOMContentLoaded", () => focusIn(document));
  document.addEventListener("htmx:beforeRequest", (event) => {
    event.detail.target?.setAttribute?.("aria-busy", "true");
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    event.detail.target?.removeAttribute?.("aria-busy");
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    const part = event.detail.elt;
    focusIn(part);
    const words = part.dataset?.say ?? part.querySelector?.("[data-say]")?.dataset.say;
    if (words) say(words);
  });
  for (const name of ["htmx:responseError", "htmx:sendError"]) {
    document.addEventListener(name, () => say(texts().error));
  }

  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.menu[open], details.dock-menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
    if (event.target.closest("[data-open-shortcuts]")) document.querySelector("#shortcuts")?.showModal();
    event.target.closest(".toast-close")?.closest(".toast").remove();
    if (event.target.closest("[data-print]")) window.print();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = document.querySelector("details.menu[open], details.dock-menu[open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });

  /* On a browser that cannot show a closed <details>, filters stand open on a wide screen. */
  document.addEventListener("DOMContentLoaded", () => {
    for (const toast of document.querySelectorAll(".toast")) addClose(toast);
    if (CSS.supports("selector(::details-content)") || !matchMedia("(width >= 64rem)").matches) return;
    for (const filters of document.querySelectorAll("details.filters")) filters.open = true;
  });
  document.addEventListener("htmx:oobAfterSwap", () => {
    for (const toast of document.querySelectorAll(".toast:not(:has(.toast-close))")) addClose(toast);
  });
  function addClose(toast) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "toast-close";
    button.setAttribute("aria-label", texts().close);
    button.append(icon("x"));
    toast.append(button);
  }
})();
