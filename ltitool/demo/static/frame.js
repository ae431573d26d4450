/* Gives the tool's frame the height it asks for, and brings its top into sight when it asks for that. */
"use strict";

const tool = document.querySelector("iframe[name=tool]");
const deeds = {
  "lti.frameResize": ({ height }) => { if (height > 0) { tool.style.blockSize = Math.ceil(height) + "px"; } },
  "lti.scrollToTop": () => { tool.scrollIntoView(); },
};

addEventListener("message", ({ data, origin, source }) => {
  const deed = data && Object.hasOwn(deeds, data.subject) && deeds[data.subject];
  if (origin === tool.dataset.toolOrigin && source === tool.contentWindow && deed) { deed(data); }
});
