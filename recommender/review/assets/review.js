// Keys, and decisions without loading the whole page. Without it every button still works.
"use strict";

const main = document.getElementById("main");
const said = document.getElementById("said");
const help = document.getElementById("help");
const keysOff = document.getElementById("keys-off");
const KEPT = "recommender-review-keys-off";
let pending = false;

// It stays until something else is said, in a place of its own that covers nothing.
function say(text) {
  said.textContent = text;
  said.title = text;
}

// ---------------------------------------------------------------- the list

const items = () => [...main.querySelectorAll(".item, .entry")];
const current = () => document.activeElement?.closest(".item, .entry");

function focusItem(item) {
  if (!item) return;
  item.focus({ preventScroll: true });
  // A row of links that is closed is one line; all of an item is to be seen before a key decides about it.
  item.scrollIntoView({ block: "nearest" });
}

function step(by) {
  const all = items();
  const at = all.indexOf(current());
  // Where the editor is nowhere yet, the first proposal is what is waited for.
  const first = all.indexOf(main.querySelector(".item.proposed"));
  const next = at < 0 ? Math.max(first, 0) : at + by;
  focusItem(all[Math.min(Math.max(next, 0), all.length - 1)]);
}

function arrive() {
  const work = document.getElementById("work");
  if (!work) {
    const told = document.getElementById("title")?.dataset.said;
    if (told) say(told);
    return;
  }
  const { said: told, focus } = work.dataset;
  if (told) say(told);
  const wanted = focus && items().find(item => item.dataset.target === focus);
  const item = wanted || main.querySelector(".item.proposed") || main.querySelector(".item");
  focusItem(item || document.getElementById("title"));
}

// ------------------------------------------------------------- decisions

async function ask(address, options) {
  try {
    return await fetch(address, { ...options, headers: { "x-review": "script" }, redirect: "follow" });
  } catch {
    say("The review does not answer: is the command still running? Load the page again to see what was written.");
    return null;
  }
}

async function send(form, button) {
  if (pending) return;
  pending = true;
  try {
    const body = new URLSearchParams(new FormData(form, button));
    const response = await ask(form.action, { method: "POST", body });
    if (!response) return;
    const html = await response.text();
    const fragment = new DOMParser().parseFromString(html, "text/html");
    const work = fragment.getElementById("work");
    if (!work || response.redirected) {
      // A whole page: the queue after an undo, or why nothing was done.
      const told = fragment.querySelector("[role=alert]");
      if (told) say(told.textContent);
      else location.assign(response.url);
      return;
    }
    main.replaceChildren(work);
    history.replaceState(null, "", work.dataset.location);
    document.title = `${document.getElementById("title").textContent} – recommender`;
    const alert = work.querySelector(".alert[role=alert]");
    if (alert) { alert.tabIndex = -1; alert.focus(); alert.scrollIntoView({ block: "nearest" }); }
    else arrive();
  } finally {
    pending = false;
  }
}

document.addEventListener("submit", event => {
  const form = event.target;
  if (form.method === "post" && main.contains(form) && document.getElementById("work")) {
    event.preventDefault();
    send(form, event.submitter);
  } else if (form.id === "search") {
    event.preventDefault();
    look(form).then(() => focusItem(document.querySelector("#found .item")));
  }
});

// ----------------------------------------------------------------- search

let asking = 0;

async function look(form) {
  const own = ++asking;
  const response = await ask(`${form.action}?${new URLSearchParams(new FormData(form))}`);
  if (!response || !response.ok) return;
  const html = await response.text();
  // Answers may come in another order than they were asked for.
  if (own === asking) {
    const parsed = new DOMParser().parseFromString(html, "text/html");
    const found = document.getElementById("found");
    const wasThere = found.contains(document.activeElement);
    found.replaceChildren(...parsed.body.childNodes);
    if (wasThere) focusItem(found.querySelector(".item"));
  }
}

let typed = 0;
document.addEventListener("input", event => {
  if (event.target.id !== "q" || event.target.form.id !== "search") return;
  clearTimeout(typed);
  typed = setTimeout(() => look(event.target.form), 120);
});

// ------------------------------------------------- the candidate's text

let waiting = 0;

async function read(key) {
  const reader = document.getElementById("reader");
  if (!reader || !key || reader.dataset.key === key) return;
  reader.dataset.key = key;
  const response = await ask(`/text?key=${encodeURIComponent(key)}`);
  // Another one may have been asked for meanwhile.
  if (!response?.ok || reader.dataset.key !== key) return;
  const parsed = new DOMParser().parseFromString(await response.text(), "text/html");
  reader.replaceChildren(...parsed.body.childNodes);
}

main.addEventListener("focusin", event => {
  const item = event.target.closest(".item");
  clearTimeout(waiting);
  // Who goes through the list quickly does not want every text.
  if (item) waiting = setTimeout(() => read(item.dataset.target), 60);
});

function intoText(item) {
  read(item.dataset.target).then(() => {
    const prose = document.querySelector("#reader .prose");
    prose?.focus({ preventScroll: true });
    prose?.scrollIntoView({ block: "nearest" });
  });
}

document.addEventListener("click", event => {
  const link = event.target.closest(".read");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  intoText(link.closest(".item"));
});

// ------------------------------------------------------------------ export

async function follow() {
  const place = document.getElementById("export");
  while (place?.firstElementChild?.dataset.running) {
    await new Promise(done => setTimeout(done, 500));
    const response = await ask("/export");
    if (!response) return;
    const parsed = new DOMParser().parseFromString(await response.text(), "text/html");
    place.replaceChildren(...parsed.body.childNodes);
  }
}

// ------------------------------------------------------------------- keys

const NOTHING = {
  n: "No article comes after this one in the queue.",
  b: "No article comes before this one in the queue.",
  u: "There is nothing of yours to undo.",
};

function press(key, within) {
  const button = within?.querySelector(`[data-key="${key}"]`);
  button?.click();
  return Boolean(button);
}

document.addEventListener("keydown", event => {
  const writing = event.target.matches?.("input[type=search], input[type=text], select, textarea");
  if (event.key === "Escape" && (event.target.matches?.("[data-search]") || event.target.closest?.("#reader"))) {
    const read = document.getElementById("reader")?.dataset.key;
    event.target.blur();
    focusItem(items().find(item => item.dataset.target === read) || items()[0]);
    return;
  }
  if (writing && event.target.id === "q" && event.key === "ArrowDown") {
    event.preventDefault();
    focusItem(document.querySelector("#found .item"));
    return;
  }
  if (writing || help.open || event.ctrlKey || event.metaKey || event.altKey) return;
  const item = current();
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    if (!item) return;
    event.preventDefault();
    step(event.key === "ArrowDown" ? 1 : -1);
    return;
  }
  if (event.key === "Enter" && event.target === item) {
    item.querySelector("a.open, a.title").click();
    return;
  }
  if (keysOff.checked && event.key !== "?") return;
  let done = true;
  if (event.key === "j") step(1);
  else if (event.key === "k") step(-1);
  else if (event.key === "?") help.showModal();
  else if (event.key === "/") { const q = main.querySelector("[data-search]"); q?.focus(); q?.select(); }
  else if ("arps[]to".includes(event.key)) { if (!item) step(0); else press(event.key, item); }
  else if (NOTHING[event.key]) { if (!press(event.key, main)) say(NOTHING[event.key]); }
  else if ("qve".includes(event.key)) press(event.key, document.querySelector("header"));
  else done = false;
  if (done) event.preventDefault();
});

document.getElementById("help-button").addEventListener("click", () => help.showModal());
try { keysOff.checked = localStorage.getItem(KEPT) === "1"; } catch { /* storage may be barred */ }
keysOff.addEventListener("change", () => {
  try { localStorage.setItem(KEPT, keysOff.checked ? "1" : ""); } catch { /* as above */ }
});

arrive();
follow();
