/* Asks the LMS for a frame as high as the page, so that most pages need no second scroll bar;
   and keeps the line that tells of something new in the part of a high frame that is on the screen. */
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
  keepInSight();
}

/* Only an observer knows which part of this frame is seen, and it speaks up when the share of it
   changes: while a high frame is scrolled it does not. So it is asked anew as long as there is
   a line to show, which moves once the scrolling is over, and never over what is being typed. */
function keepInSight() {
  const root = document.documentElement;
  let line = null;
  let before = 0;
  const isOverTyping = (bottom) => {
    const { top, bottom: end } = document.activeElement.getBoundingClientRect();
    return document.activeElement.matches("textarea, input, select") && top < bottom && end > bottom - line.offsetHeight;
  };
  const observer = new IntersectionObserver(([{ intersectionRect: seen }]) => {
    observer.disconnect();
    const below = Math.max(0, Math.round(root.clientHeight - seen.bottom));
    const isStill = below === before;
    before = below;
    if (!seen.height || !isStill) { return; }
    root.style.setProperty("--below", (isOverTyping(seen.bottom) ? 0 : below) + "px");
  });
  setInterval(() => {
    line = document.querySelector(".new-posts");
    if (line && !document.hidden) { observer.observe(root); }
  }, 200);
}
