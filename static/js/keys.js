/* Keyboard shortcuts: / c g+letter j k x Enter e ? and Ctrl+Enter. Off with data-shortcuts="off" on <html> (WCAG 2.1.4). */
(() => {
  "use strict";
  const ROWS = ".data .row-link, .task-link";
  let afterG = 0;

  const writing = (target) => target.closest("input, textarea, select, [contenteditable]");

  function step(by) {
    const rows = [...document.querySelectorAll(ROWS)];
    if (!rows.length) return;
    const here = rows.indexOf(document.activeElement);
    const next = here < 0 ? (by > 0 ? 0 : rows.length - 1) : here + by;
    rows[Math.min(Math.max(next, 0), rows.length - 1)].focus();
  }

  function press(selector) {
    const target = [...document.querySelectorAll(selector)].find((element) => element.checkVisibility());
    if (target?.matches("input")) target.focus();
    else target?.click();
    return Boolean(target);
  }

  /* Tick the row one stands on, or the box of the row that is in focus. */
  function tick() {
    const box = document.activeElement.closest("tr")?.querySelector("input[type=checkbox]");
    box?.click();
    return Boolean(box);
  }

  function go(letter) {
    const link = document.querySelector(`[data-go="${CSS.escape(letter)}"]`);
    if (link) location.assign(link.href);
    return Boolean(link);
  }

  function handle(key) {
    if (Date.now() - afterG < 1500) {
      afterG = 0;
      return go(key);
    }
    switch (key) {
      case "g": afterG = Date.now(); return true;
      case "j": step(1); return true;
      case "k": step(-1); return true;
      case "/": return press('[data-key="/"], .search-link a');
      case "c": return press('[data-key="c"], .report');
      case "x": return tick();
      case "e": return press(".todo-box .btn, [data-key=e]");
      case "?": document.querySelector("#shortcuts")?.showModal(); return true;
      default: return false;
    }
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey && event.key === "Enter" && event.target.form) {
      event.target.form.requestSubmit(event.target.form.querySelector("button.btn"));
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (document.documentElement.dataset.shortcuts === "off" || document.querySelector("dialog[open]")) return;
    if (writing(event.target) && !event.target.matches("[type=checkbox]")) return;
    if (handle(event.key)) event.preventDefault();
  });
})();
