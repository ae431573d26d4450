/* Platform storage (LTI Client Side postMessages), as Canvas offers it: the tool's frame may keep a
   few values on this page, or in the frame beside it, while its cookies are refused. Each page
   begins empty. */
"use strict";
const { toolOrigin } = document.querySelector("[data-tool-origin]").dataset;
const kept = new Map();
const answers = {
  "lti.capabilities": () => ({ supported_messages: Object.keys(answers).map((subject) => ({ subject })) }),
  "lti.put_data": ({ key, value }) => { kept.set(key, value); return { key, value }; },
  "lti.get_data": ({ key }) => ({ key, value: kept.get(key) }),
};

addEventListener("message", ({ data, origin, source }) => {
  const answer = answers[data && data.subject];
  if (origin !== toolOrigin || !answer) { return; }
  const reply = { subject: data.subject + ".response", message_id: data.message_id };
  const needsKey = data.subject !== "lti.capabilities";
  const body = needsKey && typeof data.key !== "string"
    ? { error: { code: "bad_request", message: "There is no key." } }
    : answer(data);
  source.postMessage({ ...reply, ...body }, origin);
});
