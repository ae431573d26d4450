/* Asks the LMS for a frame as high as the page, so that most pages need no second scroll bar. */
"use strict";

const LOWEST = 400, HIGHEST = 2000;

if (window.parent !== window) {
  const page = document.querySelector(".page");
  const origin = document.body.dataset.lms;
  let told = 0;
  const tell = () => {
    const height = Math.min(Math.max(Math.ceil(page.getBoundingClientRect().height) + 16, LOWEST), HIGHEST);
    if (Math.abs(height - told) < 8) { return; }
    told = height;
    window.parent.postMessage({ subject: "lti.frameResize", height }, origin);
  };
  new ResizeObserver(tell).observe(page);
  /* Coming from a page of ours one may have scrolled the LMS's page down; a new page begins above. */
  const isNext = document.referrer.startsWith(location.origin + "/");
  if (isNext && !location.hash && !document.getElementById("problems")) {
    window.parent.postMessage({ subject: "lti.scrollToTop" }, origin);
  }
}
