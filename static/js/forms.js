/* Forms: one send however often the button is pressed, characters left, a soft word about numbers of people. */
(() => {
  "use strict";
  const { texts, say, icon } = window.takt;
  const IDENTITY = /\b(?:19|20)?\d{2}(?:0[1-9]|1[0-2])(?:[06][1-9]|[1278]\d|[39][01])[-+ ]?\d{4}\b/;
  const PHONE = /(?:\+46|\b0)[\s-]?7[\s-]?\d(?:[\s-]?\d){7}\b/;

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset.sending) {
      event.preventDefault();
      return;
    }
    form.dataset.sending = "yes";
    const button = event.submitter;
    if (!button?.matches(".btn")) return;
    button.dataset.words = button.innerHTML;
    /* After this turn, so that the button's own name and value are sent. */
    setTimeout(() => {
      button.setAttribute("aria-disabled", "true");
      button.textContent = button.dataset.busy ?? texts().busy;
    });
  });

  function release(form) {
    delete form.dataset.sending;
    for (const button of form.querySelectorAll("[data-words]")) {
      button.innerHTML = button.dataset.words;
      button.removeAttribute("aria-disabled");
      delete button.dataset.words;
    }
  }
  const releaseAll = () => document.querySelectorAll("form[data-sending]").forEach(release);
  window.addEventListener("pageshow", releaseAll);
  for (const name of ["htmx:afterRequest", "htmx:sendError"]) document.addEventListener(name, releaseAll);

  function slot(field, name) {
    let place = field.parentElement.querySelector(`[data-${name}]`);
    if (!place) {
      place = document.createElement("p");
      place.setAttribute(`data-${name}`, "");
      field.after(place);
    }
    return place;
  }

  function count(field) {
    const most = Number(field.dataset.count);
    const left = most - [...field.value].length;
    const place = slot(field, "counter");
    place.className = left < 0 ? "counter over" : "counter";
    place.hidden = left > most * 0.2;
    place.textContent = (left < 0 ? texts().over : texts().left).replace("{0}", Math.abs(left));
  }

  function found(field) {
    const match = IDENTITY.exec(field.value) ?? PHONE.exec(field.value);
    return match && { number: match[0], identity: IDENTITY.test(match[0]) };
  }

  function warn(field) {
    const place = slot(field, "personal");
    const hit = found(field);
    if (place.dataset.number === (hit?.number ?? "")) return;
    place.dataset.number = hit?.number ?? "";
    place.replaceChildren();
    place.className = hit ? "notice warn" : "";
    place.hidden = !hit;
    if (!hit) return;
    const words = document.createElement("div");
    words.textContent = `${hit.identity ? texts().number : texts().phone} `;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn link";
    button.textContent = texts().remove;
    button.addEventListener("click", () => {
      field.value = field.value.replace(hit.number, "").replace(/ {2,}/g, " ");
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.focus();
    });
    words.append(button);
    place.append(icon("triangle-alert"), words);
    say(words.firstChild.textContent);
  }

  let pause;
  document.addEventListener("input", (event) => {
    const field = event.target;
    if (field.matches("[data-count]")) count(field);
    if (!field.matches("[data-warn-personal]")) return;
    clearTimeout(pause);
    pause = setTimeout(() => warn(field), 600);
  });
  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("[data-count]").forEach(count);
    document.querySelectorAll("[data-warn-personal]").forEach(warn);
  });
})();
