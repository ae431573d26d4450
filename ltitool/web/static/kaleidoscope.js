/* A little help that no page needs: words are counted, drafts are kept, a problem gets the focus. */
"use strict";

const ideographs = /[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\u{20000}-\u{3ffff}]/gu;
const syllables = /[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\ua9e0-\ua9ff\uaa60-\uaa7f]/gu;
const letter = /[\p{L}\p{N}]/u;

function countWords(text) {
  const own = text.replace(/^\s*>.*$/gm, "");
  const lettersIn = (script) => (own.match(script) || []).filter((mark) => letter.test(mark)).length;
  const words = own.replace(ideographs, " ").replace(syllables, " ").split(/\s+/).filter((part) => letter.test(part));
  return words.length + Math.ceil(lettersIn(ideographs) / 2) + Math.ceil(lettersIn(syllables) / 3);
}

for (const counter of document.querySelectorAll("[data-words-of]")) {
  const field = document.getElementById(counter.dataset.wordsOf);
  const { words, least, more, enough } = counter.dataset;
  const show = () => {
    const count = countWords(field.value);
    const rest = !least ? "" : count < least ? ", " + (least - count) + " " + more : ", " + enough;
    counter.textContent = field.value ? words + " " + count + rest : "";
  };
  field.addEventListener("input", show);
  show();
}

for (const form of document.querySelectorAll("form[data-draft]")) {
  const token = form.querySelector("[name=csrf_token]");
  const visit = location.pathname.match(/^\/v\/[^/]+/);
  if (!token || !visit) { continue; }
  let waiting = null;
  const save = async () => {
    waiting = null;
    const body = new FormData(form);
    body.set("place", form.dataset.draft);
    try {
      const answer = await fetch(visit[0] + "/drafts/", { method: "POST", body, credentials: "same-origin" });
      if (!answer.ok) { return; }
      const { saved, words } = await answer.json();
      for (const place of form.querySelectorAll("[data-saved]")) { place.textContent = words + " " + saved; }
    } catch (_unreachable) {
      /* The next change tries again; the button saves without script. */
    }
  };
  form.addEventListener("input", () => {
    if (waiting) { clearTimeout(waiting); }
    waiting = setTimeout(save, 1500);
  });
  form.addEventListener("submit", () => { if (waiting) { clearTimeout(waiting); } });
}

/* The group talk: answers are begun where one reads, what comes in is announced and moves nothing. */
const composer = document.querySelector("form[data-seen]");

function answer(link) {
  const field = composer.querySelector("textarea");
  composer.querySelector("[name=parent]").value = link.dataset.reply;
  composer.querySelector("h2").textContent = link.dataset.title;
  composer.querySelector("label[for=" + field.id + "]").textContent = composer.dataset.replyLabel;
  composer.querySelector("button.button:not([name])").textContent = composer.dataset.replyButton;
  if ("quote" in link.dataset) {
    const said = link.closest("article").querySelector(".turn-text");
    const chosen = getSelection();
    const passage = chosen.toString().trim() && said.contains(chosen.anchorNode) ? chosen.toString() : said.innerText;
    const lines = passage.trim().split(/\n/).map((line) => "> " + line).join("\n");
    field.value = (field.value.trimEnd() + "\n\n" + lines).trimStart() + "\n\n";
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  composer.scrollIntoView();
  field.focus();
}

function follow(news) {
  const url = news.dataset.news;
  let etag = '"' + news.dataset.after + '-0-0"';
  let pause = 4000;
  const show = async (event) => {
    event.preventDefault();
    const to = event.target.href;
    const page = await (await fetch(to, { credentials: "same-origin" })).text();
    const fresh = new DOMParser().parseFromString(page, "text/html");
    const posts = fresh.getElementById("posts");
    if (!posts) { location.assign(to); return; }
    document.getElementById("posts").replaceWith(posts);
    news.replaceChildren();
    Object.assign(news.dataset, fresh.querySelector("[data-news]").dataset);
    composer.elements.seen.value = fresh.querySelector("form[data-seen]").elements.seen.value;
    const first = document.getElementById("post-" + to.match(/\d+$/)[0]);
    first.scrollIntoView({ block: "center" });
    first.focus({ preventScroll: true });
    follow(news);
  };
  const ask = async () => {
    if (url !== news.dataset.news) { return; }
    if (document.hidden) { setTimeout(ask, pause); return; }
    try {
      const answer = await fetch(url, { headers: { "If-None-Match": etag }, cache: "no-store", credentials: "same-origin" });
      if (answer.status >= 400) { return; }
      if (answer.status === 200) {
        etag = answer.headers.get("ETag");
        const { words, url: to } = await answer.json();
        const bar = document.createElement("p");
        const link = document.createElement("a");
        bar.className = "new-posts";
        link.href = to;
        link.textContent = news.dataset.show;
        link.addEventListener("click", show);
        bar.append(words + " ", link);
        news.replaceChildren(...(words ? [bar] : []));
      }
      pause = 4000;
    } catch (_unreachable) {
      pause = Math.min(pause * 2, 60000);
    }
    setTimeout(ask, pause);
  };
  setTimeout(ask, pause);
}

if (composer) {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-reply]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) { return; }
    event.preventDefault();
    answer(link);
  });
  addEventListener("pagehide", () => {
    const body = new FormData();
    for (const name of ["csrf_token", "seen"]) { body.set(name, composer.elements[name].value); }
    navigator.sendBeacon(composer.dataset.seen, body);
  });
}
for (const news of document.querySelectorAll("[data-news]")) { follow(news); }
/* A form that is only a step on the way; whoever comes back to it decides anew, by its button. */
const onward = document.querySelector("form[data-send]");
const [arrival] = performance.getEntriesByType("navigation");
if (onward && (!arrival || arrival.type === "navigate")) { onward.submit(); }

const problems = document.getElementById("problems");
if (problems) { problems.focus(); }

for (const button of document.querySelectorAll("[data-fill]")) {
  button.hidden = !document.fullscreenEnabled;
  button.addEventListener("click", () => document.documentElement.requestFullscreen());
}

for (const place of document.querySelectorAll("[data-live]")) {
  let etag = place.dataset.mark ? '"' + place.dataset.mark + '"' : "";
  let pause = 3000;
  const show = (page) => {
    const held = place.contains(document.activeElement) && document.activeElement.id;
    const fresh = new DOMParser().parseFromString(page, "text/html");
    place.replaceChildren(...fresh.body.childNodes);
    const same = held && document.getElementById(held);
    if (same) { same.focus({ preventScroll: true }); }
  };
  const ask = async () => {
    if (!place.querySelector("[data-more]")) { return; }
    if (!document.hidden) {
      try {
        const headers = etag ? { "If-None-Match": etag } : {};
        const answer = await fetch(place.dataset.live, { headers, cache: "no-store", credentials: "same-origin" });
        if (answer.status >= 400) { return; }
        if (answer.status === 200) {
          etag = answer.headers.get("ETag");
          show((await answer.json()).page);
        }
        pause = 3000;
      } catch (_unreachable) {
        pause = Math.min(pause * 2, 60000);
      }
    }
    setTimeout(ask, pause);
  };
  setTimeout(ask, pause);
}

/* A map that is wider than the screen begins where one's own way runs. */
for (const map of document.querySelectorAll(".scroll > .story-map")) {
  const way = Array.from(map.querySelectorAll(".walked"), (part) => part.getBoundingClientRect());
  const ends = map.parentElement.getBoundingClientRect();
  const middle = (Math.min(...way.map((part) => part.left)) + Math.max(...way.map((part) => part.right))) / 2;
  if (way.length) { map.parentElement.scrollLeft += middle - (ends.left + ends.right) / 2; }
}

/* On a class list, Enter goes on to the next person, as in a spreadsheet. */
for (const sheet of document.querySelectorAll("table[data-sheet]")) {
  sheet.addEventListener("keydown", (event) => {
    const cell = event.key === "Enter" && event.target.matches("input:not([type=hidden])") && event.target.closest("td");
    const next = cell && cell.parentElement.nextElementSibling;
    if (!next) { return; }
    event.preventDefault();
    next.cells[cell.cellIndex].querySelector("input:not([type=hidden])").focus();
  });
}
