/* Closes the frame when the tool says that its registration is done. */
"use strict";

const frame = document.querySelector("iframe");
window.addEventListener("message", (event) => {
  const isFromTool = event.source === frame.contentWindow;
  if (isFromTool && event.data && event.data.subject === "org.imsglobal.lti.close") {
    location.assign(document.getElementById("tools").href);
  }
});
