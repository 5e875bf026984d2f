// What the maps share (map.js, tiles_map.js): colours of the page, the card of a place, a list walked by arrows.
(function () {
  "use strict";

  const FAMILIES = ["association", "cooperative", "mutual", "foundation", "commercial"];
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const dark = matchMedia("(prefers-color-scheme: dark)");

  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

  const background = () => ({ "background-color": colour("surface") });

  const familyColours = () => [
    "match",
    ["get", "family"],
    ...FAMILIES.flatMap((family) => [family, colour(`family-${family}`)]),
    colour("ink-soft"),
  ];

  // Only addresses of this site: a name from a register never becomes a link elsewhere.
  const isOurs = (url) => typeof url === "string" && /^\/(?!\/)/.test(url);

  function card(properties, opensTab) {
    const node = document.createElement("div");
    node.className = "map-card";
    const title = document.createElement(isOurs(properties.url) ? "a" : "strong");
    title.textContent = properties.name || "";
    if (isOurs(properties.url)) {
      title.href = properties.url;
      if (opensTab) {
        title.target = "_blank";
        title.rel = "noopener";
      }
    }
    node.append(title);
    if (properties.text) {
      const line = document.createElement("p");
      line.textContent = properties.text;
      node.append(line);
    }
    return node;
  }

  // One stop in the tab order, arrows inside.
  function walkable(list) {
    list.addEventListener("keydown", (event) => {
      const stops = [...list.querySelectorAll("button")];
      const here = stops.indexOf(document.activeElement);
      const next = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: stops.length - 1 }[event.key];
      if (next === undefined || !stops[next]) return;
      event.preventDefault();
      stops[here].tabIndex = -1;
      stops[next].tabIndex = 0;
      stops[next].focus();
    });
  }

  window.essaimMap = { background, calm, card, colour, dark, familyColours, isOurs, walkable };
})();
