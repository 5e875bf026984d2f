// A map to place one point, over two fields that do without it. Outlines of communes come from this site.
//
//   <div data-point-map data-lon="#id_lon" data-lat="#id_lat" data-worker="…" data-outlines="/…?kind=commune&within="
//        data-within="epci:…" data-help="…" data-label="…" data-marker="…"></div>
(function () {
  "use strict";

  const STEP = 0.0002; // about 20 metres, one press of an arrow
  const FRANCE = [-5.2, 41.3, 9.6, 51.1];

  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  const read = (field) => Number.parseFloat(field.value.replace(",", "."));

  function boundsOf(collection) {
    const box = [180, 90, -180, -90];
    const visit = (part) => {
      if (typeof part[0] !== "number") return part.forEach(visit);
      box[0] = Math.min(box[0], part[0]);
      box[1] = Math.min(box[1], part[1]);
      box[2] = Math.max(box[2], part[0]);
      box[3] = Math.max(box[3], part[1]);
    };
    for (const feature of collection.features) if (feature.geometry) visit(feature.geometry.coordinates);
    return box[0] > box[2] ? FRANCE : box;
  }

  async function start(holder) {
    const lon = document.querySelector(holder.dataset.lon);
    const lat = document.querySelector(holder.dataset.lat);
    if (!lon || !lat) return;
    let outlines = null;
    if (holder.dataset.within) {
      const answer = await fetch(holder.dataset.outlines + encodeURIComponent(holder.dataset.within));
      if (answer.ok) outlines = await answer.json();
    }
    const help = document.createElement("p");
    help.className = "field-help";
    help.textContent = holder.dataset.help;
    const canvas = document.createElement("div");
    canvas.className = "map-canvas";
    holder.append(help, canvas);
    maplibregl.setWorkerUrl(holder.dataset.worker);
    const here = [read(lon), read(lat)];
    const isKnown = here.every(Number.isFinite);
    let map;
    try {
      map = new maplibregl.Map({
        container: canvas,
        style: { version: 8, sources: {}, layers: [{ id: "background", type: "background", paint: { "background-color": colour("surface") } }] },
        ...(isKnown ? { center: here, zoom: 12 } : { bounds: outlines ? boundsOf(outlines) : FRANCE }),
        attributionControl: false,
        cooperativeGestures: true,
        dragRotate: false,
      });
    } catch {
      holder.replaceChildren();
      return;
    }
    map.getCanvas().setAttribute("aria-label", holder.dataset.label);
    map.addControl(new maplibregl.NavigationControl({ showCompass: false }), "top-right");

    const node = document.createElement("button");
    node.type = "button";
    node.className = "point-marker";
    const marker = new maplibregl.Marker({ element: node, draggable: true });
    node.setAttribute("aria-label", holder.dataset.marker);
    let isShown = false;
    function put(at, isTyped) {
      marker.setLngLat(at);
      // Adding it again would take the keyboard away from it.
      if (!isShown) marker.addTo(map);
      isShown = true;
      if (isTyped) return;
      const point = marker.getLngLat();
      lon.value = point.lng.toFixed(6);
      lat.value = point.lat.toFixed(6);
      lon.dispatchEvent(new Event("input", { bubbles: true }));
    }
    if (isKnown) put(here, true);
    marker.on("dragend", () => put(marker.getLngLat()));
    map.on("click", (event) => put(event.lngLat));
    node.addEventListener("keydown", (event) => {
      const move = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, STEP], ArrowDown: [0, -STEP] }[event.key];
      if (!move) return;
      event.preventDefault();
      event.stopPropagation();
      const point = marker.getLngLat();
      put([point.lng + move[0], point.lat + move[1]]);
    });
    for (const field of [lon, lat]) {
      field.addEventListener("change", () => {
        const typed = [read(lon), read(lat)];
        if (typed.every(Number.isFinite)) {
          put(typed, true);
          map.jumpTo({ center: typed, zoom: Math.max(map.getZoom(), 12) });
        }
      });
    }
    map.on("load", () => {
      if (outlines) {
        map.addSource("outlines", { type: "geojson", data: outlines });
        map.addLayer({ id: "outlines", type: "line", source: "outlines", paint: { "line-color": colour("rule-strong"), "line-width": 1 } });
      }
      holder.dataset.ready = "true";
    });
  }

  for (const holder of document.querySelectorAll("[data-point-map]")) {
    start(holder).catch((error) => console.info("map: the two fields stay", error));
  }
})();
