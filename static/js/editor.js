/* A form with data-editor gets an editor for its text. The address of the engine (ProseMirror, from
   django-prose-editor) stands in data-editor. Without script, or should the engine not load, the plain
   field stays and says the same. Both send the same text: `body` as HTML, `plain` as lines with signs. */
const form = document.querySelector("form[data-editor]");
if (form) {
  const plain = form.querySelector("[data-plain]");
  const typed = plain.querySelector("textarea");
  const untouched = typed.value === typed.defaultValue && document.activeElement !== typed;
  if (untouched) load(plain, form.querySelector("[data-rich]"));
}

/* The plain field goes at once, so that nobody begins to write in it; it comes back if the engine does not. */
async function load(plain, rich) {
  swap(rich, plain);
  rich.setAttribute("aria-busy", "true");
  try {
    start(await import(form.dataset.editor), plain, rich);
  } catch (fault) {
    console.warn(fault);
    swap(plain, rich);
    form.dispatchEvent(new Event("editor:failed"));
  }
  rich.removeAttribute("aria-busy");
}

function swap(shown, hidden) {
  shown.hidden = false;
  hidden.hidden = true;
}

function start(engine, plain, rich) {
  const body = rich.querySelector("textarea");
  body.disabled = false;
  const editor = new engine.Editor({
    element: rich.querySelector("[data-place]"),
    injectCSS: false,
    content: body.value,
    extensions: parts(engine),
    editorProps: {
      attributes: {
        "aria-labelledby": rich.dataset.rich,
        "aria-multiline": "true",
        class: "prose editor-text",
        lang: document.documentElement.lang,
        role: "textbox",
      },
      transformPastedHTML: fromElsewhere,
    },
    onUpdate: () => {
      body.value = editor.isEmpty ? "" : editor.getHTML();
      body.dispatchEvent(new Event("input", { bubbles: true }));
    },
  });
  plain.querySelector("textarea").disabled = true;
  tools(editor, rich);
  dialogs(editor, rich);
  window.takt.editor = {
    replace: (from, to) => replace(editor, from, to),
    leave: () => {
      body.disabled = true;
      plain.querySelector("textarea").disabled = false;
      swap(plain, rich);
    },
    set: (html) => editor.commands.setContent(html, { emitUpdate: true }),
  };
  form.dispatchEvent(new Event("editor:ready"));
}

function parts(engine) {
  const names = "Document Paragraph Text HardBreak Bold Italic Subscript Superscript Blockquote HorizontalRule BulletList OrderedList ListItem TableRow TableHeader TableCell History Gapcursor Dropcursor";
  return [
    ...names.split(" ").map((name) => engine[name]).filter(Boolean),
    engine.Heading.configure({ levels: [2, 3, 4] }),
    engine.Link.configure({ openOnClick: false, enableTarget: false }),
    engine.Image.configure({ inline: true }),
    table(engine),
  ];
}

/* The caption is a fact about the table, not a line in it. Widths are not kept: the page decides them. */
function table(engine) {
  return engine.Table.extend({
    addNodeView: () => null,
    addAttributes() {
      return {
        caption: {
          default: "",
          parseHTML: (element) => element.querySelector("caption")?.textContent ?? "",
          renderHTML: () => ({}),
        },
      };
    },
    parseHTML: () => [{
      tag: "table",
      contentElement: (element) => { element.querySelector("caption")?.remove(); return element; },
    }],
    renderHTML: ({ node }) => {
      const rows = ["tbody", 0];
      const { caption } = node.attrs;
      return caption ? ["table", ["caption", { contenteditable: "false" }, caption], rows] : ["table", rows];
    },
  }).configure({ resizable: false });
}

/* --- The bar of tools --------------------------------------------------------------------- */

const DO = {
  bold: (chain) => chain.toggleBold(),
  italic: (chain) => chain.toggleItalic(),
  superscript: (chain) => chain.toggleSuperscript(),
  subscript: (chain) => chain.toggleSubscript(),
  bulletList: (chain) => chain.toggleBulletList(),
  orderedList: (chain) => chain.toggleOrderedList(),
  blockquote: (chain) => chain.toggleBlockquote(),
  table: (chain) => chain.insertTable({ rows: 3, cols: 3, withHeaderRow: true }),
  undo: (chain) => chain.undo(),
  redo: (chain) => chain.redo(),
  addRow: (chain) => chain.addRowAfter(),
  addColumn: (chain) => chain.addColumnAfter(),
  deleteRow: (chain) => chain.deleteRow(),
  deleteColumn: (chain) => chain.deleteColumn(),
  headerCell: (chain) => chain.toggleHeaderCell(),
  deleteTable: (chain) => chain.deleteTable(),
};

function tools(editor, rich) {
  const bar = rich.querySelector("[data-tools]");
  const level = bar.querySelector("select");
  const inTable = rich.querySelector("[data-in-table]");
  const run = (name) => DO[name](editor.chain().focus()).run();
  rich.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do]");
    if (button) run(button.dataset.do);
  });
  level.addEventListener("change", () => {
    const chain = editor.chain().focus();
    (level.value ? chain.setHeading({ level: Number(level.value) }) : chain.setParagraph()).run();
  });
  const follow = () => {
    for (const button of bar.querySelectorAll("[aria-pressed]")) {
      button.setAttribute("aria-pressed", editor.isActive(button.dataset.do ?? button.dataset.opens));
    }
    level.value = [2, 3, 4].find((number) => editor.isActive("heading", { level: number })) ?? "";
    inTable.hidden = !editor.isActive("table");
  };
  editor.on("transaction", follow);
  follow();
  arrows(bar);
}

/* One stop for the Tab key; the arrows go between the tools (ARIA toolbar). */
function arrows(bar) {
  const stops = [...bar.querySelectorAll("button, select")];
  const only = (chosen) => stops.forEach((stop) => { stop.tabIndex = stop === chosen ? 0 : -1; });
  only(stops[0]);
  bar.addEventListener("focusin", (event) => only(event.target));
  bar.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const next = stops[(stops.indexOf(document.activeElement) + step + stops.length) % stops.length];
    only(next);
    next.focus();
  });
}

/* --- What is asked for: a link, a picture, what a table shows ------------------------------ */

function dialogs(editor, rich) {
  const opening = {
    link: (dialog) => {
      dialog.querySelector("[name=address]").value = editor.getAttributes("link").href ?? "";
    },
    picture: (dialog) => { dialog.querySelector("form")?.reset?.(); },
    caption: (dialog) => {
      dialog.querySelector("[name=caption]").value = editor.getAttributes("table").caption ?? "";
    },
  };
  rich.addEventListener("click", (event) => {
    const name = event.target.closest("[data-opens]")?.dataset.opens;
    if (!name) return;
    const dialog = document.querySelector(`[data-dialog=${name}]`);
    opening[name](dialog);
    said(dialog, "");
    dialog.showModal();
  });
  answer("link", (values) => link(editor, values.get("address").trim()));
  answer("caption", (values) => editor.chain().focus().updateAttributes("table", { caption: values.get("caption").trim() }).run());
  answer("picture", (values, dialog) => picture(editor, values, dialog));
}

function answer(name, run) {
  const dialog = document.querySelector(`[data-dialog=${name}]`);
  dialog.querySelector("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    event.stopPropagation();
    if (await run(new FormData(event.target), dialog) !== false) dialog.close();
  });
  dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
}

function said(dialog, words) {
  const place = dialog.querySelector("[data-fault]");
  if (place) place.textContent = words;
}

function link(editor, address) {
  const chain = editor.chain().focus().extendMarkRange("link");
  if (!address) return chain.unsetLink().run();
  let href = address;
  if (/^[^/:\s]+@[^/:\s]+$/.test(address)) href = `mailto:${address}`;
  else if (!/^(https?:|mailto:|\/|#)/i.test(address)) href = `https://${address}`;
  if (editor.state.selection.empty && !editor.isActive("link")) {
    return editor.chain().focus().insertContent({ type: "text", text: address, marks: [{ type: "link", attrs: { href } }] }).run();
  }
  return chain.setLink({ href }).run();
}

async function picture(editor, values, dialog) {
  values.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  let told;
  try {
    const response = await fetch(dialog.dataset.to, { method: "POST", body: values, headers: { Accept: "application/json" } });
    told = await response.json();
  } catch {
    told = { fault: window.takt.texts().error };
  }
  if (told.fault) {
    said(dialog, told.fault);
    return false;
  }
  return editor.chain().focus().setImage({ src: told.src, alt: told.alt }).run();
}

/* --- What is pasted ------------------------------------------------------------------------- */

/* Word sends lists as paragraphs with a sign in front, and headings from the first level. Its looks are set aside
   before the browser reads them: our policy refuses them, and would say so for each. */
function fromElsewhere(html) {
  const bare = html
    .replace(/<!\[(?:if|endif)[^>]*>/g, "")
    .replace(/<style[^>]*>[\s\S]*?<\/style>|<(?:link|meta)\b[^>]*>/gi, "")
    .replace(/(<[^>]*?)\sstyle\s*=/gi, "$1 data-look=");
  const page = new DOMParser().parseFromString(bare, "text/html");
  const points = [...page.querySelectorAll("p[data-look*='mso-list'], p[class^='MsoListParagraph']")];
  for (const point of points) {
    const sign = point.querySelector("[data-look*='mso-list:Ignore'], [data-look*='mso-list: Ignore']");
    if (!sign) continue;
    const kind = /[0-9a-z]+[.)]/i.test(sign.textContent) ? "ol" : "ul";
    const depth = Number(/level(\d)/.exec(point.dataset.look ?? "")?.[1] ?? 1);
    sign.remove();
    listed(page, point, kind, depth);
  }
  const rename = { h1: "h2", h5: "h4", h6: "h4" };
  for (const [from, to] of Object.entries(rename)) {
    for (const old of page.querySelectorAll(from)) {
      const heading = page.createElement(to);
      heading.append(...old.childNodes);
      old.replaceWith(heading);
    }
  }
  for (const picture of page.querySelectorAll("img")) {
    if (!/^\/filer\//.test(picture.getAttribute("src") ?? "")) picture.remove();
  }
  for (const line of page.querySelectorAll("p")) {
    if (!line.textContent.trim() && !line.querySelector("img")) line.remove();
  }
  return page.body.innerHTML;
}

function listed(page, point, kind, depth) {
  let place = point.previousElementSibling;
  if (!place || !["UL", "OL"].includes(place.tagName)) {
    place = page.createElement(kind);
    point.before(place);
  }
  for (let level = 1; level < depth && place.lastElementChild; level += 1) {
    let below = place.lastElementChild.querySelector(":scope > ul, :scope > ol");
    if (!below) {
      below = page.createElement(kind);
      place.lastElementChild.append(below);
    }
    place = below;
  }
  const item = page.createElement("li");
  item.append(...point.childNodes);
  place.append(item);
  point.remove();
}

/* --- What the language help asks for -------------------------------------------------------- */

function found(editor, words) {
  const pattern = words.trim().split(/\s+/).map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("\\s+");
  const places = [];
  editor.state.doc.descendants((node, at) => {
    if (!node.isTextblock) return true;
    const text = node.textBetween(0, node.content.size, " ", " ");
    for (const match of text.matchAll(new RegExp(`(?<![\\p{L}\\p{N}-])${pattern}(?![\\p{L}\\p{N}-])`, "giu"))) {
      places.push({ from: at + 1 + match.index, to: at + 1 + match.index + match[0].length, words: match[0] });
    }
    return false;
  });
  return places;
}

function replace(editor, from, to) {
  const places = found(editor, from);
  const change = editor.state.tr;
  for (const place of places.reverse()) {
    const large = place.words[0] !== place.words[0].toLowerCase();
    change.insertText(large ? to[0].toUpperCase() + to.slice(1) : to, place.from, place.to);
  }
  if (places.length) editor.view.dispatch(change);
  return places.length;
}
