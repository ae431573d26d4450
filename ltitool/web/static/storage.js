/* Where cookies are refused: the LMS's page keeps word of a login, and gives it back to the launch
   (LTI Platform Storage). Without this script, or without an answer, the new window asks who it is. */
"use strict";

const EVERY = 250;

/* Ask the LMS's page until it answers; only an answer from where it logs people in is believed. */
function ask({ frame, origin, key }, subject, body, patience) {
  const around = window.parent === window ? window.opener : window.parent;
  let place = null;
  try {
    place = frame === "_parent" ? around : around && around.frames[frame];
  } catch (_thereIsNoSuchFrame) {
    /* Another site's window tells of the frames it has, and of nothing else. */
  }
  if (!place) { return Promise.resolve(null); }
  const id = Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join("-");
  return new Promise((resolve) => {
    const send = () => {
      try {
        place.postMessage({ subject, message_id: id, key, ...body }, origin);
      } catch (_notAFrame) {
        end(null);
      }
    };
    const again = setInterval(send, EVERY);
    const end = (value) => {
      clearInterval(again);
      clearTimeout(late);
      removeEventListener("message", hear);
      resolve(value);
    };
    const late = setTimeout(end, patience, null);
    function hear(event) {
      const said = event.data;
      if (event.origin !== origin || !said || said.message_id !== id || said.subject !== subject + ".response") { return; }
      end(!said.error && said.key === key && typeof said.value === "string" ? said.value : null);
    }
    addEventListener("message", hear);
    send();
  });
}

for (const place of document.querySelectorAll("[data-leave]")) {
  const on = place.querySelector("a").href;
  ask(place.dataset, "lti.put_data", { value: place.dataset.leave }, 1500).then(() => { location.replace(on); });
}

for (const place of document.querySelectorAll("[data-held]")) {
  const only = (...shown) => {
    for (const way of place.querySelectorAll("[data-way]")) { way.hidden = !shown.includes(way.dataset.way); }
  };
  const over = setTimeout(only, Number(place.dataset.held) * 1000, "over");
  const opened = () => { clearTimeout(over); setTimeout(only, 0, "opened"); };
  for (const link of place.querySelectorAll("a[target]")) { link.addEventListener("click", opened); }
  const asked = place.querySelector("[data-way=asked]");
  for (const form of place.querySelectorAll("form")) {
    form.addEventListener("submit", opened);
    ask(place.dataset, "lti.get_data", {}, 5000).then((value) => {
      if (value === null || asked.hidden) { return; }
      form.elements.proof.value = value;
      only("proved", "waiting");
    });
  }
}
