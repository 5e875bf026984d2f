// The map component: an enhancement of a list that is already in the page.
//
//   <div class="map" data-map="points" data-source="/….geojson" data-outlines="/….geojson"
//        data-worker="…/maplibre-gl-csp-worker.js" data-words='{…}'> the list, as HTML </div>
//
// data-map is "points" (clustered, coloured by family) or "shades" (areas, property `shade` 1 to 5, none = hatched
// grey). Features carry `name`, and may carry `text` (a line), `url` (their page), `family`, `shade`.
// Nothing comes from another server: plain background, our outlines, letters drawn by the browser.
// Whatever fails (no WebGL, no network), the list stays.
(function () {
  "use strict";

  const { background, calm, card, colour, dark, familyColours, walkable } = window.essaimMap;
  const LISTED = 100;

  async function load(address) {
    const answer = await fetch(address, { headers: { Accept: "application/geo+json, application/json" } });
    if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
    const data = await answer.json();
    data.features.forEach((feature, index) => {
      feature.id = index + 1;
    });
    return data;
  }

  function boundsOf(collection) {
    const box = [180, 90, -180, -90];
    const visit = (part) => {
      if (typeof part[0] === "number") {
        box[0] = Math.min(box[0], part[0]);
        box[1] = Math.min(box[1], part[1]);
        box[2] = Math.max(box[2], part[0]);
        box[3] = Math.max(box[3], part[1]);
      } else part.forEach(visit);
    };
    for (const feature of collection.features) if (feature.geometry) visit(feature.geometry.coordinates);
    return box[0] > box[2] ? null : box;
  }

  function centreOf(feature) {
    const box = boundsOf({ features: [feature] });
    return [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2];
  }

  const shadeColours = () => [
    "match",
    ["to-number", ["get", "shade"], 0],
    ...[1, 2, 3, 4, 5].flatMap((shade) => [shade, colour(`shade-${shade}`)]),
    colour("shade-none"),
  ];

  // Each layer with the paint that depends on the colours, so that dark mode can repaint it.
  function layers(kind) {
    const outlines = [
      { id: "outlines", type: "line", source: "outlines", paint: () => ({ "line-color": colour("rule-strong"), "line-width": 0.8 }) },
    ];
    const shades = [
      { id: "areas", type: "fill", source: "features", paint: () => ({ "fill-color": shadeColours() }) },
      { id: "edges", type: "line", source: "features", paint: () => ({ "line-color": colour("paper"), "line-width": 0.8 }) },
      {
        id: "chosen", type: "line", source: "features",
        paint: () => ({
          "line-color": colour("ink"),
          "line-width": ["case", ["boolean", ["feature-state", "chosen"], false], 3, 0],
        }),
      },
    ];
    const points = [
      {
        id: "clusters", type: "circle", source: "features", filter: ["has", "point_count"],
        paint: () => ({
          "circle-color": colour("honey"),
          "circle-stroke-color": colour("paper"),
          "circle-stroke-width": 2,
          "circle-radius": ["interpolate", ["linear"], ["sqrt", ["get", "point_count"]], 1, 12, 10, 20, 60, 38],
        }),
      },
      {
        id: "counts", type: "symbol", source: "features", filter: ["has", "point_count"],
        layout: { "text-field": ["to-string", ["get", "point_count"]], "text-size": 13, "text-font": ["sans-serif"], "text-allow-overlap": true },
        paint: () => ({ "text-color": "#1b2330" }),
      },
      {
        id: "places", type: "circle", source: "features", filter: ["!", ["has", "point_count"]],
        paint: () => ({
          "circle-color": familyColours(),
          "circle-radius": 6,
          "circle-stroke-color": colour("paper"),
          "circle-stroke-width": 1.5,
        }),
      },
    ];
    return kind === "shades" ? [...shades, ...outlines] : [...outlines, ...points];
  }

  function addLayers(map, kind) {
    for (const layer of layers(kind)) {
      if (map.getSource(layer.source)) map.addLayer({ ...layer, paint: layer.paint() });
    }
  }

  function repaint(map, kind) {
    for (const [name, value] of Object.entries(background())) map.setPaintProperty("background", name, value);
    for (const layer of layers(kind)) {
      if (!map.getLayer(layer.id)) continue;
      for (const [name, value] of Object.entries(layer.paint())) map.setPaintProperty(layer.id, name, value);
    }
  }

  // The list beside the map: one stop in the tab order, arrows inside, Enter to open the page.
  function buildList(features, words, show) {
    const box = document.createElement("div");
    box.className = "map-list";
    const title = document.createElement("p");
    title.className = "small soft";
    title.id = `map-list-${Math.random().toString(36).slice(2)}`;
    const many = features.length > LISTED;
    title.textContent = (many ? words.first : words.all).replace("{n}", String(Math.min(features.length, LISTED))).replace("{total}", String(features.length));
    const list = document.createElement("ul");
    list.setAttribute("aria-labelledby", title.id);
    features.slice(0, LISTED).forEach((feature, index) => {
      const item = document.createElement("li");
      const button = document.createElement("button");
      button.type = "button";
      button.tabIndex = index === 0 ? 0 : -1;
      button.textContent = [feature.properties.name, feature.properties.text].filter(Boolean).join(" · ");
      button.addEventListener("click", () => show(feature));
      item.append(button);
      list.append(item);
    });
    walkable(list);
    box.append(title, list);
    return box;
  }

  async function start(holder) {
    const kind = holder.dataset.map;
    const words = JSON.parse(holder.dataset.words || "{}");
    const features = await load(holder.dataset.source);
    const outlines = holder.dataset.outlines ? await load(holder.dataset.outlines) : null;
    const bounds = (outlines && boundsOf(outlines)) || boundsOf(features);
    if (!bounds) return;

    const canvas = document.createElement("div");
    canvas.className = "map-canvas";
    const fallback = [...holder.children];
    holder.prepend(canvas);
    maplibregl.setWorkerUrl(holder.dataset.worker);
    let map;
    try {
      map = new maplibregl.Map({
        container: canvas,
        style: { version: 8, sources: {}, layers: [{ id: "background", type: "background", paint: background() }] },
        bounds,
        fitBoundsOptions: { padding: 24 },
        attributionControl: false,
        cooperativeGestures: true,
        dragRotate: false,
        pitchWithRotate: false,
        fadeDuration: calm.matches ? 0 : 200,
        locale: words.controls || {},
      });
    } catch (error) {
      canvas.remove();
      console.info("map: this browser cannot draw it, the list stays", error);
      return;
    }
    map.touchZoomRotate.disableRotation();
    map.addControl(new maplibregl.NavigationControl({ showCompass: false }), "top-right");
    map.addControl(new maplibregl.AttributionControl({ compact: false, customAttribution: holder.dataset.credit || "" }));

    let popup = null;
    let chosen = null;
    function choose(feature) {
      if (chosen !== null) map.setFeatureState({ source: "features", id: chosen }, { chosen: false });
      chosen = feature ? feature.id : null;
      if (chosen !== null) map.setFeatureState({ source: "features", id: chosen }, { chosen: true });
    }
    function open(feature, at) {
      if (popup) popup.remove();
      popup = new maplibregl.Popup({ focusAfterOpen: false, maxWidth: "20rem" })
        .setLngLat(at)
        .setDOMContent(card(feature.properties))
        .addTo(map);
      choose(feature);
      popup.on("close", () => choose(null));
    }
    function show(feature) {
      const at = centreOf(feature);
      const view = { center: at, zoom: Math.max(map.getZoom(), kind === "points" ? 14 : map.getZoom()) };
      if (calm.matches) map.jumpTo(view);
      else map.easeTo(view);
      open(feature, at);
    }

    map.on("load", () => {
      if (outlines) map.addSource("outlines", { type: "geojson", data: outlines });
      const clustered = kind === "points" ? { cluster: true, clusterRadius: 44, clusterMaxZoom: 15 } : {};
      map.addSource("features", { type: "geojson", data: features, ...clustered });
      addLayers(map, kind);
      dark.addEventListener("change", () => repaint(map, kind));
      holder.dataset.ready = "true";
    });
    const target = kind === "points" ? "places" : "areas";
    const byId = new Map(features.features.map((feature) => [feature.id, feature]));
    map.on("click", target, (event) => {
      const met = event.features[0];
      open(byId.get(met.id) || met, kind === "points" ? met.geometry.coordinates : event.lngLat);
    });
    map.on("click", "clusters", async (event) => {
      const cluster = event.features[0];
      const zoom = await map.getSource("features").getClusterExpansionZoom(cluster.properties.cluster_id);
      const view = { center: cluster.geometry.coordinates, zoom };
      if (calm.matches) map.jumpTo(view);
      else map.easeTo(view);
    });
    for (const layer of [target, "clusters"]) {
      map.on("mouseenter", layer, () => {
        map.getCanvas().style.cursor = "pointer";
      });
      map.on("mouseleave", layer, () => {
        map.getCanvas().style.cursor = "";
      });
    }
    map.getCanvas().setAttribute("aria-label", holder.getAttribute("aria-label") || "");
    holder.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && popup) popup.remove();
    });

    const sorted = [...features.features].sort((a, b) => String(a.properties.name).localeCompare(String(b.properties.name), document.documentElement.lang));
    holder.append(buildList(sorted, words, show));
    for (const node of fallback) node.hidden = true;
  }

  for (const holder of document.querySelectorAll("[data-map]")) {
    start(holder).catch((error) => console.info("map: the list stays", error));
  }
})();
