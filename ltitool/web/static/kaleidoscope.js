/* A little help that no page needs: words are counted, drafts are kept, a problem gets the focus. */
"use strict";

const unspaced = /[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]/g;

function countWords(text) {
  const own = text.replace(/^\s*>.*$/gm, "");
  const letters = (own.match(unspaced) || []).length;
  const words = own.replace(unspaced, " ").split(/\s+/).filter((part) => /[\p{L}\p{N}]/u.test(part));
  return words.length + Math.ceil(letters / 2);
}

for (const counter of document.querySelectorAll("[data-words-of]")) {
  const field = document.getElementById(counter.dataset.wordsOf);
  const show = () => { counter.textContent = field.value ? countWords(field.value) + " " + counter.dataset.words : ""; };
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

const problems = document.getElementById("problems");
if (problems) { problems.focus(); }
