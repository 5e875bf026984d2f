// Comfort on the search page, which works without it: filters apply at once, the map follows, "around me".
(function () {
  "use strict";

  const phone = matchMedia("(max-width: 56rem)");
  const answer = document.querySelector("#answer");

  function ready() {
    for (const fold of document.querySelectorAll("[data-folds-on-phone]")) {
      if (phone.matches && !fold.dataset.kept) fold.open = fold.dataset.open === "true";
    }
  }

  if (answer) {
    document.documentElement.classList.add("is-live");
    let wasOpen = false;
    document.body.addEventListener("htmx:beforeSwap", () => {
      const fold = answer.querySelector("[data-folds-on-phone]");
      wasOpen = Boolean(fold && fold.open);
    });
    document.body.addEventListener("htmx:afterSwap", (event) => {
      if (event.target !== answer) return;
      const fold = answer.querySelector("[data-folds-on-phone]");
      if (fold && phone.matches) fold.open = wasOpen;
      const head = answer.querySelector(".results-head");
      document.querySelector("#said").textContent = head.querySelector("h2").textContent;
      const { tiles, bounds, query } = head.dataset;
      for (const map of document.querySelectorAll("[data-tiles-map]")) {
        map.dispatchEvent(new CustomEvent("essaim:map", { detail: { tiles, bounds, query } }));
      }
      for (const link of document.querySelectorAll("[data-follows-query]")) {
        link.search = query ? `?${query}` : "";
      }
    });
    ready();
  }

  const nearMe = document.querySelector("[data-near-me]");
  if (nearMe && navigator.geolocation) {
    nearMe.hidden = false;
    nearMe.addEventListener("click", () => {
      navigator.geolocation.getCurrentPosition((position) => {
        const { longitude, latitude } = position.coords;
        const query = new URLSearchParams();
        const words = document.querySelector("#q").value;
        if (words) query.set("q", words);
        // A hundred metres is near enough: no one's door goes into an address.
        query.set("around", `${longitude.toFixed(3)},${latitude.toFixed(3)}`);
        query.set("within", "5");
        location.assign(`${nearMe.form.action.split("?")[0]}?${query}`);
      });
    });
  }
})();
