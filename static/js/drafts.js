/* A form with data-draft keeps what is written on this device until it is sent, thrown away, a week old, or the person
   signs out. It belongs to who wrote it: the next person on a shared tablet never sees it. Passwords, files, hidden
   fields (but for one with data-kept: the id that makes two sendings one) and those with data-not-kept are never kept. A page with data-sent="name name" removes those drafts. A form with data-round forgets what was
   kept in another round: then it has been sent. A form with data-answered holds what the server was just told. */
(() => {
  "use strict";
  const { texts, say, icon } = window.takt;
  const PREFIX = "takt-draft:";
  const PERSON = document.documentElement.dataset.person;
  const MINE = `${PREFIX}${PERSON ?? "nobody"}:`;
  const WEEK = 7 * 24 * 60 * 60 * 1000;
  const timers = new WeakMap();

  const key = (form) => MINE + form.dataset.draft;
  const fields = (form) => [...form.elements].filter(
    (field) => field.name && field.dataset.notKept === undefined
      && (field.dataset.kept !== undefined || !["hidden", "password", "file", "submit", "button"].includes(field.type)),
  );

  function read(form) {
    const values = {};
    for (const field of fields(form)) {
      const tick = field.type === "radio" || field.type === "checkbox";
      values[tick ? `${field.name}=${field.value}` : field.name] = tick ? field.checked : field.value;
    }
    return values;
  }

  function write(form, values) {
    for (const field of fields(form)) {
      const tick = field.type === "radio" || field.type === "checkbox";
      const name = tick ? `${field.name}=${field.value}` : field.name;
      if (!(name in values)) continue;
      if (tick) field.checked = values[name];
      else field.value = values[name];
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }

  function line(form, state, words, action) {
    const place = form.querySelector("[data-save-line]");
    if (!place) return;
    place.dataset.state = state;
    const mark = { saved: "circle-check", failed: "octagon-alert", restored: "undo-2", offline: "wifi-off" }[state];
    place.replaceChildren(...(mark ? [icon(mark)] : []), words);
    if (!action) return;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = action.words;
    button.addEventListener("click", action.run);
    place.append(" ", button);
  }

  function keep(form) {
    clearTimeout(timers.get(form));
    const { round } = form.dataset;
    localStorage.setItem(key(form), JSON.stringify({ at: Date.now(), round, values: read(form) }));
  }

  function save(form) {
    clearTimeout(timers.get(form));
    if (form.dataset.sending) return;
    try {
      keep(form);
      const now = new Date();
      const clock = `${now.getHours()}.${String(now.getMinutes()).padStart(2, "0")}`;
      line(form, "saved", texts().saved.replace("{0}", clock));
    } catch {
      line(form, "failed", texts().failed, { words: texts().retry, run: () => save(form) });
    }
  }

  function restore(form) {
    let kept = null;
    try {
      kept = JSON.parse(localStorage.getItem(key(form)));
    } catch {
      return;
    }
    if (!kept) return;
    if (kept.round !== form.dataset.round) {
      localStorage.removeItem(key(form));
      return;
    }
    /* What came back from the server is newer than what the device kept. */
    if (form.dataset.answered !== undefined || document.querySelector(".error-summary")) return;
    const before = read(form);
    if (Object.keys(before).every((name) => name === "uid" || before[name] === kept.values[name])) return;
    write(form, kept.values);
    clearTimeout(timers.get(form));
    line(form, "restored", texts().restored, {
      words: texts().discard,
      run: () => {
        write(form, before);
        clearTimeout(timers.get(form));
        localStorage.removeItem(key(form));
        line(form, "", "");
      },
    });
  }

  const drafts = () => Object.keys(localStorage).filter((name) => name.startsWith(PREFIX));
  const forgetAll = () => drafts().forEach((name) => localStorage.removeItem(name));

  function age(name) {
    try {
      return Date.now() - JSON.parse(localStorage.getItem(name)).at;
    } catch {
      return Infinity;
    }
  }

  function tidy() {
    for (const name of drafts()) {
      const foreign = PERSON && !name.startsWith(MINE);
      if (foreign || !(age(name) < WEEK)) localStorage.removeItem(name);
    }
  }

  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (!form?.dataset.draft || !event.isTrusted) return;
    clearTimeout(timers.get(form));
    line(form, "saving", texts().saving);
    timers.set(form, setTimeout(() => save(form), 1500));
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "hidden") return;
    for (const form of document.querySelectorAll("form[data-draft]")) {
      if (form.querySelector("[data-save-line][data-state=saving]")) save(form);
    }
  });
  window.addEventListener("offline", () => {
    for (const form of document.querySelectorAll("form[data-draft]")) {
      save(form);
      line(form, "offline", texts().offline);
      say(texts().offline);
    }
  });
  document.addEventListener("submit", (event) => {
    if (event.target.matches("[data-forget-drafts]")) forgetAll();
    if (!event.target.dataset.draft) return;
    try {
      keep(event.target);  /* a sending that fails on the way loses nothing */
    } catch {
      /* There is no room, and the sending goes on. */
    }
  });
  document.addEventListener("DOMContentLoaded", () => {
    tidy();
    for (const sent of document.querySelectorAll("[data-sent]")) {
      for (const name of sent.dataset.sent.split(" ")) localStorage.removeItem(MINE + name);
    }
    document.querySelectorAll("form[data-draft]").forEach(restore);
  });
})();
