/* Tells the LMS that its registration window can be closed: when asked to, or after a while. */
"use strict";

for (const place of document.querySelectorAll("[data-closing]")) {
  const [close, stay, told] = ["[data-close]", "[data-stay]", "[data-told]"].map((name) => place.querySelector(name));
  const lms = window.opener || (window.parent === window ? null : window.parent);
  if (!lms) { continue; }
  const end = () => { lms.postMessage({ subject: "org.imsglobal.lti.close" }, "*"); };
  const waiting = setTimeout(end, Number(place.dataset.seconds) * 1000);
  close.hidden = stay.hidden = false;
  told.textContent = told.dataset.words;
  close.addEventListener("click", end);
  stay.addEventListener("click", () => { clearTimeout(waiting); stay.hidden = true; told.textContent = ""; });
}
