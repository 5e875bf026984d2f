// Comfort on pages that work without it: closing what floats, focus on errors, arrows in suggestions.
(function () {
  "use strict";

  const menus = () => document.querySelectorAll(".main-navigation details[open]");

  document.addEventListener("click", (event) => {
    for (const menu of menus()) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of menus()) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
    const box = event.target.closest(".typeahead");
    if (box) {
      box.querySelector(".suggestions").replaceChildren();
      box.querySelector("input").focus();
    }
  });

  // Down and up walk from the box into the suggestions and back; Enter follows the link as any link.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const box = event.target.closest(".typeahead");
    if (!box) return;
    const stops = [box.querySelector("input"), ...box.querySelectorAll(".suggestions a")];
    const here = stops.indexOf(event.target);
    const next = stops[here + (event.key === "ArrowDown" ? 1 : -1)];
    if (here === -1 || !next) return;
    event.preventDefault();
    next.focus();
  });

  const summary = document.querySelector("[data-takes-focus]");
  if (summary) summary.focus();
})();
