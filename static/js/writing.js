/* A form with data-autosave sends what is written 1.5 s after the last key and when the page is left. Until the
   server has answered, the text also lies on this device, under the same names as other drafts (drafts.js), so that
   signing out or a lost network loses nothing. The line says what is so: saved only when the server said so. */
(() => {
  "use strict";
  const form = document.querySelector("form[data-autosave]");
  if (!form) return;
  const { texts, say, icon } = window.takt;
  const words = form.dataset;
  const PLACE = `takt-draft:${document.documentElement.dataset.person ?? "nobody"}:${words.autosave}`;
  const SKIPPED = new Set(["csrfmiddlewaretoken", "uid", "saw"]);
  let timer = null;
  let help = null;
  let sending = false;
  let leaving = null; // the button that was pressed while the text was on its way
  let changed = 0;

  /* What was written in the plain field is kept by itself: the editor cannot read its signs. */
  const key = () => (form.elements.body.disabled ? `${PLACE}:plain` : PLACE);
  const values = () => Object.fromEntries(
    [...new FormData(form)].filter(([name, value]) => !SKIPPED.has(name) && typeof value === "string"),
  );
  const saw = () => form.elements.saw.value;

  function line(state, text, action) {
    const place = form.querySelector("[data-save-line]");
    const mark = { saved: "circle-check", failed: "octagon-alert", restored: "undo-2", offline: "wifi-off" }[state];
    place.dataset.state = state;
    place.replaceChildren(...(mark ? [icon(mark)] : []), text);
    if (action) place.append(" ", action);
  }

  function button(text, run) {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = text;
    made.addEventListener("click", run);
    return made;
  }

  function keep(sent = Boolean(form.dataset.sending)) {
    try {
      localStorage.setItem(key(), JSON.stringify({ at: Date.now(), saw: saw(), sent, values: values() }));
    } catch {
      /* There is no room on the device; the server still gets it. */
    }
  }

  const forget = () => { try { localStorage.removeItem(key()); } catch { /* nothing was kept */ } };

  /* --- Sending ----------------------------------------------------------------------------- */

  async function token() {
    const response = await fetch(form.action, { headers: { Accept: "text/html" } });
    if (!response.ok || response.redirected) return false;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const fresh = page.querySelector("form[data-autosave] [name=csrfmiddlewaretoken]");
    if (fresh) form.elements.csrfmiddlewaretoken.value = fresh.value;
    return Boolean(fresh);
  }

  const post = () => fetch(form.action, {
    method: "POST",
    body: new FormData(form),
    headers: { Accept: "application/json" },
  });

  async function send() {
    clearTimeout(timer);
    if (sending || form.dataset.sending) return;
    sending = true;
    const counted = changed;
    keep();
    line("saving", texts().saving);
    try {
      let response = await post();
      if (response.status === 403 && await token()) response = await post();
      if (response.redirected || response.status === 403) signedOut();
      else await answered(response, counted);
    } catch {
      failed(navigator.onLine ? "failed" : "offline", navigator.onLine ? words.failed : words.offline);
    }
    sending = false;
    if (leaving) {
      form.requestSubmit(leaving);
      return;
    }
    if (changed > counted && form.querySelector("[data-save-line]").dataset.state === "saving") later();
  }

  async function answered(response, counted) {
    const told = await response.json();
    if (response.ok) {
      form.elements.saw.value = told.revision;
      if (changed > counted) return;
      forget();
      line("saved", told.saved);
      if (told.removed) say(told.removed);
      return;
    }
    const action = response.status === 409 ? button(words.both, () => form.requestSubmit()) : null;
    line("failed", told.fault, action);
    say(told.fault);
  }

  function failed(state, text) {
    line(state, text, button(texts().retry, send));
    say(text);
  }

  function signedOut() {
    const link = document.createElement("a");
    link.href = words.signIn;
    link.target = "_blank";
    link.textContent = words.signInWords;
    const both = document.createElement("span");
    both.append(link, " · ", button(texts().retry, send));
    line("failed", words.signedOut, both);
    say(words.signedOut);
  }

  function later() {
    clearTimeout(timer);
    line("saving", texts().saving);
    timer = setTimeout(send, 1500);
  }

  /* --- The language help --------------------------------------------------------------------- */

  async function measure() {
    const place = document.querySelector("[data-language]");
    if (!place) return;
    try {
      const response = await fetch(place.dataset.language, { method: "POST", body: new FormData(form) });
      if (response.ok && !response.redirected) {
        const open = [...place.querySelectorAll("details[open]")].map((one) => one.dataset.kind);
        place.innerHTML = await response.text();
        for (const one of place.querySelectorAll("details")) one.open = open.includes(one.dataset.kind);
      }
    } catch {
      /* The figures wait; the text is what matters. */
    }
  }

  document.addEventListener("click", (event) => {
    const swap = event.target.closest("[data-swap]");
    if (swap && window.takt.editor?.replace(swap.dataset.swap, swap.dataset.instead)) {
      say(swap.dataset.done);
      swap.closest("li").remove();
    }
  });

  /* --- What happens ---------------------------------------------------------------------------- */

  form.addEventListener("input", () => {
    changed += 1;
    later();
    clearTimeout(help);
    help = setTimeout(measure, 2500);
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && form.querySelector("[data-save-line]").dataset.state === "saving") send();
  });
  window.addEventListener("online", () => { if (localStorage.getItem(key())) send(); });
  window.addEventListener("pagehide", () => { if (changed && localStorage.getItem(key())) keep(); });
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    clearTimeout(timer);
    keep(true);
    if (!sending) return;
    /* What is on its way counts as a saving of its own: the page must know its number first, or the
       same person's two savings would look like those of two. */
    event.preventDefault();
    leaving = event.submitter ?? form.querySelector(".actions button.btn");
  });

  function restore() {
    let kept = null;
    if (window.takt.editor && localStorage.getItem(`${PLACE}:plain`)) window.takt.editor.leave();
    try {
      kept = JSON.parse(localStorage.getItem(key()));
    } catch {
      return;
    }
    if (!kept || words.answered !== undefined) return;
    const before = values();
    if (isStored(kept)) {
      forget();
      return;
    }
    fill(kept.values);
    form.elements.saw.value = kept.saw;
    line("restored", texts().restored, button(texts().discard, () => {
      fill(before);
      forget();
      window.location.reload();
    }));
    changed += 1;
    if (kept.saw !== form.elements.saw.defaultValue) send();
    else timer = setTimeout(send, 4000);
  }

  /* What was sent with the button is stored when the same words stand in the page: the server tidies the form. */
  function isStored(kept) {
    const bare = (html) => new DOMParser().parseFromString(html, "text/html").body.textContent.replace(/\s+/g, " ").trim();
    return Object.entries(kept.values).every(([name, value]) => {
      const here = form.elements[name]?.value;
      if (here === undefined) return kept.sent;
      return here === value || (kept.sent && bare(here) === bare(value));
    });
  }

  function fill(kept) {
    for (const [name, value] of Object.entries(kept)) {
      const field = form.elements[name];
      if (!field) continue;
      if (field.type === "checkbox") field.checked = true;
      else if (name === "body" && window.takt.editor) window.takt.editor.set(value);
      else field.value = value;
    }
  }

  /* The editor comes a moment later, if it comes; what was kept is put where the person will see it. */
  for (const name of ["editor:ready", "editor:failed"]) form.addEventListener(name, restore, { once: true });
})();
