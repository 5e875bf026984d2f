// Saves what one types, beside the button that does the same without JavaScript (see ui/drafts.py).
//
//   <form data-autosave="/ui/drafts/" …> … <p role="status" data-draft-clock data-failed="…"></p>
//
// Two seconds after the last key, and when the page is left. Files are never sent.
(function () {
  "use strict";

  const WAIT_MS = 2000;

  function content(form) {
    const data = new FormData(form);
    for (const [name, value] of [...data.entries()]) if (value instanceof File) data.delete(name);
    return data;
  }

  function watch(form) {
    const clock = form.querySelector("[data-draft-clock]");
    let waiting = null;
    let sent = false;

    async function save() {
      waiting = null;
      if (sent) return;
      try {
        const answer = await fetch(form.dataset.autosave, { method: "POST", body: content(form), headers: { Accept: "application/json" } });
        const said = await answer.json();
        if (clock && !sent) clock.textContent = said.words;
      } catch {
        if (clock) clock.textContent = clock.dataset.failed || "";
      }
    }

    form.addEventListener("input", () => {
      if (waiting) clearTimeout(waiting);
      waiting = setTimeout(save, WAIT_MS);
    });
    form.addEventListener("submit", () => {
      sent = true;
      if (waiting) clearTimeout(waiting);
    });
    addEventListener("pagehide", () => {
      if (waiting && !sent) navigator.sendBeacon(form.dataset.autosave, content(form));
    });
  }

  for (const form of document.querySelectorAll("form[data-autosave]")) watch(form);
})();
