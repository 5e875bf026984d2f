// A map of our own vector tiles, where the server has gathered near places: an enhancement of a list already there.
//
//   <div class="map" data-tiles-map data-tiles="/…/{z}/{x}/{y}.pbf?…" data-bounds="2.7,50.4,3.3,50.8" …> fallback </div>
//
// See part/tiles_map.html for what it takes. The list beside holds what the map shows, so that everything the mouse
// reaches the keyboard reaches too. Nothing comes from another server. Whatever fails, the fallback stays.
//
// `holder.dispatchEvent(new CustomEvent("essaim:map", { detail: { tiles, bounds, query } }))` shows another search.
(function () {
  "use strict";

  const { background, calm, card, colour, dark, walkable } = window.essaimMap;
  const LISTED = 60;
  const FARTHEST_ZOOM = 17;

  const numbers = (text) => text.split(",").map(Number);
  const box = (text) => {
    const [west, south, east, north] = numbers(text);
    return [[west, south], [east, north]];
  };

  const kindsOf = (holder) => JSON.parse(holder.dataset.kinds || "{}");

  function statusColours(kinds) {
    const known = Object.entries(kinds);
    if (!known.length) return colour("leaf");
    return ["match", ["get", "status"], ...known.flatMap(([status, one]) => [status, colour(one.token)]), colour("ink-soft")];
  }

  // The area of the outlines a group lies in, to give it a name; "" when none does.
  function nameOf(areas, [lon, lat]) {
    const holds = (ring) => {
      let inside = false;
      for (let i = 0, j = ring.length - 1; i < ring.length; j = i, i += 1) {
        const [x, y] = ring[i];
        const [px, py] = ring[j];
        if (y > lat !== py > lat && lon < ((px - x) * (lat - y)) / (py - y) + x) inside = !inside;
      }
      return inside;
    };
    const found = areas.find(({ geometry }) => {
      const shapes = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
      return shapes.some(([outer, ...holes]) => holds(outer) && !holes.some(holds));
    });
    return found ? found.properties.name : "";
  }

  const isGroup = [">", ["get", "count"], 1];

  function layers(kinds) {
    const places = { source: "places", "source-layer": "places" };
    return [
      { id: "outlines", type: "line", source: "outlines", paint: () => ({ "line-color": colour("rule-strong"), "line-width": 0.8 }) },
      {
        ...places, id: "clusters", type: "circle", filter: isGroup,
        paint: () => ({
          "circle-color": colour("honey"),
          "circle-stroke-color": colour("paper"),
          "circle-stroke-width": 2,
          "circle-radius": ["interpolate", ["linear"], ["sqrt", ["get", "count"]], 1, 11, 10, 18, 60, 32],
        }),
      },
      {
        ...places, id: "counts", type: "symbol", filter: isGroup,
        layout: { "text-field": ["to-string", ["get", "count"]], "text-size": 13, "text-font": ["sans-serif"], "text-allow-overlap": true, "text-ignore-placement": true },
        paint: () => ({ "text-color": "#1b2330" }),
      },
      {
        ...places, id: "places", type: "circle", filter: ["!", isGroup],
        paint: () => ({
          "circle-color": statusColours(kinds),
          "circle-radius": 6.5,
          "circle-stroke-color": colour("paper"),
          "circle-stroke-width": 1.5,
        }),
      },
    ];
  }

  function addLayers(map, kinds) {
    for (const layer of layers(kinds)) {
      if (map.getSource(layer.source)) map.addLayer({ ...layer, paint: layer.paint() });
    }
  }

  function repaint(map, kinds) {
    for (const [name, value] of Object.entries(background())) map.setPaintProperty("background", name, value);
    for (const layer of layers(kinds)) {
      if (!map.getLayer(layer.id)) continue;
      for (const [name, value] of Object.entries(layer.paint())) map.setPaintProperty(layer.id, name, value);
    }
  }

  // What the map shows, each once: tiles overlap at their edges, and the world repeats.
  function visible(map) {
    const inside = map.getBounds();
    const met = new Map();
    for (const feature of map.querySourceFeatures("places", { sourceLayer: "places" })) {
      const at = feature.geometry.coordinates;
      if (!inside.contains(at)) continue;
      const { organisation, site, count } = feature.properties;
      met.set(`${organisation || ""}/${site || ""}/${count}/${at[0].toFixed(5)}/${at[1].toFixed(5)}`, { at, ...feature.properties });
    }
    return [...met.values()].sort(
      (a, b) => (a.count > 1) - (b.count > 1) || (b.count - a.count) || String(a.name).localeCompare(String(b.name), document.documentElement.lang),
    );
  }

  function addressWith(holder, bounds) {
    const query = new URLSearchParams(holder.dataset.query || "");
    query.delete("bbox");
    query.set("bbox", [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()].map((edge) => edge.toFixed(4)).join(","));
    return `${holder.dataset.list}?${query}`;
  }

  class Beside {
    // The list beside the map, kept in step with what it shows.
    constructor(holder, called, words, show) {
      this.holder = holder;
      this.called = called;
      this.words = words;
      this.show = show;
      this.box = document.createElement("div");
      this.box.className = "map-list";
      this.title = document.createElement("p");
      this.title.className = "small soft";
      this.title.id = `map-list-${Math.random().toString(36).slice(2)}`;
      this.list = document.createElement("ul");
      this.list.setAttribute("aria-labelledby", this.title.id);
      this.link = document.createElement("a");
      this.link.className = "small";
      this.link.textContent = words.all_in_list;
      if (holder.hasAttribute("data-new-tab")) {
        this.link.target = "_blank";
        this.link.rel = "noopener";
      }
      walkable(this.list);
      this.box.append(this.title, this.list, this.link);
    }

    fill(shown, bounds) {
      const total = shown.reduce((sum, one) => sum + one.count, 0);
      const words = total === 0 ? this.words.nothing : shown.length > LISTED ? this.words.visible_first : this.words.visible;
      this.title.textContent = words.replace("{n}", total.toLocaleString(document.documentElement.lang));
      const focused = this.list.contains(document.activeElement) ? document.activeElement.dataset.key : null;
      this.list.replaceChildren(
        ...shown.slice(0, LISTED).map((one, index) => {
          const item = document.createElement("li");
          const button = document.createElement("button");
          button.type = "button";
          button.dataset.key = `${one.organisation || ""}/${one.at.map((edge) => edge.toFixed(4))}`;
          button.tabIndex = index === 0 ? 0 : -1;
          button.textContent = this.called(one);
          button.addEventListener("click", () => this.show(one, button));
          item.append(button);
          return item;
        }),
      );
      if (focused !== null) {
        const again = [...this.list.querySelectorAll("button")].find((button) => button.dataset.key === focused) || this.list.querySelector("button");
        if (again) again.focus({ preventScroll: true });
      }
      this.link.href = addressWith(this.holder, bounds);
    }
  }

  function canvasOf(holder) {
    const canvas = document.createElement("div");
    canvas.className = "map-canvas";
    holder.prepend(canvas);
    return canvas;
  }

  function draw(holder, canvas, words) {
    maplibregl.setWorkerUrl(holder.dataset.worker);
    const map = new maplibregl.Map({
      container: canvas,
      style: { version: 8, sources: {}, layers: [{ id: "background", type: "background", paint: background() }] },
      bounds: box(holder.dataset.bounds),
      fitBoundsOptions: { padding: 16, maxZoom: 15 },
      maxZoom: FARTHEST_ZOOM + 1,
      attributionControl: false,
      cooperativeGestures: true,
      dragRotate: false,
      pitchWithRotate: false,
      renderWorldCopies: false,
      fadeDuration: calm.matches ? 0 : 200,
      locale: words.controls || {},
    });
    map.touchZoomRotate.disableRotation();
    map.addControl(new maplibregl.NavigationControl({ showCompass: false }), "top-right");
    map.addControl(new maplibregl.AttributionControl({ compact: false, customAttribution: holder.dataset.credit || "" }));
    map.getCanvas().setAttribute("aria-label", holder.getAttribute("aria-label") || "");
    return map;
  }

  const absolute = (address) => location.origin + address;

  function start(holder) {
    const words = JSON.parse(holder.dataset.words || "{}");
    const fallback = [...holder.children];
    const canvas = canvasOf(holder);
    let map;
    try {
      map = draw(holder, canvas, words);
    } catch (error) {
      canvas.remove();
      console.info("map: this browser cannot draw it, the list stays", error);
      return;
    }
    const kinds = kindsOf(holder);
    let areas = [];
    function called(one) {
      if (one.count === 1) return one.name;
      const near = nameOf(areas, one.at);
      const n = one.count.toLocaleString(document.documentElement.lang);
      return (near ? words.group_in : words.group).replace("{n}", n).replace("{name}", near);
    }
    const move = (view) => (calm.matches ? map.jumpTo(view) : map.easeTo(view));

    let popup = null;
    function close() {
      if (popup) popup.remove();
      popup = null;
    }
    function open(one, opener) {
      close();
      const properties = { name: called(one), text: kinds[one.status] ? kinds[one.status].words : "" };
      if (one.count === 1 && holder.dataset.pages && one.organisation) properties.url = holder.dataset.pages.replace("{id}", String(one.organisation));
      const opensTab = holder.hasAttribute("data-new-tab");
      const node = card(properties, opensTab);
      if (one.count > 1) {
        const [lon, lat] = one.at;
        const edge = 0.0006;
        const link = document.createElement("a");
        link.href = addressWith(holder, new maplibregl.LngLatBounds([lon - edge, lat - edge], [lon + edge, lat + edge]));
        link.textContent = words.in_list;
        if (opensTab) link.target = "_blank";
        node.append(link);
      }
      popup = new maplibregl.Popup({ focusAfterOpen: Boolean(opener), maxWidth: "18rem" }).setLngLat(one.at).setDOMContent(node).addTo(map);
      popup.on("close", () => {
        if (opener && opener.isConnected && document.activeElement === document.body) opener.focus({ preventScroll: true });
      });
    }
    // A group opens by coming closer; where one cannot come closer, it leads to the list.
    function show(one, opener) {
      if (one.count > 1 && map.getZoom() < FARTHEST_ZOOM - 1) {
        close();
        move({ center: one.at, zoom: Math.min(map.getZoom() + 2, FARTHEST_ZOOM) });
        return;
      }
      if (!map.getBounds().contains(one.at)) move({ center: one.at });
      open(one, opener);
    }
    const beside = new Beside(holder, called, words, show);
    const follow = () => beside.fill(visible(map), map.getBounds());

    map.on("load", async () => {
      map.addSource("places", { type: "vector", tiles: [absolute(holder.dataset.tiles)], minzoom: 0, maxzoom: FARTHEST_ZOOM });
      addLayers(map, kinds);
      dark.addEventListener("change", () => repaint(map, kinds));
      await outline().catch((error) => console.info("map: no outlines", error));
      map.on("idle", () => {
        follow();
        holder.dataset.ready = "true";
      });
      map.triggerRepaint();
    });
    async function outline() {
      if (!holder.dataset.outlines) return;
      const answer = await fetch(holder.dataset.outlines);
      if (!answer.ok) return;
      const outlines = await answer.json();
      areas = outlines.features;
      map.addSource("outlines", { type: "geojson", data: outlines });
      const line = layers(kinds)[0];
      map.addLayer({ ...line, paint: line.paint() }, "clusters");
    }
    for (const layer of ["places", "clusters"]) {
      map.on("click", layer, (event) => {
        const met = event.features[0];
        show({ at: met.geometry.coordinates, ...met.properties }, null);
      });
      map.on("mouseenter", layer, () => (map.getCanvas().style.cursor = "pointer"));
      map.on("mouseleave", layer, () => (map.getCanvas().style.cursor = ""));
    }
    holder.addEventListener("keydown", (event) => {
      if (event.key === "Escape") close();
    });
    holder.addEventListener("essaim:map", (event) => {
      const { tiles, bounds, query } = event.detail;
      close();
      holder.dataset.tiles = tiles;
      holder.dataset.query = query;
      const source = map.getSource("places");
      if (source) source.setTiles([absolute(tiles)]);
      if (bounds && bounds !== holder.dataset.bounds) {
        holder.dataset.bounds = bounds;
        map.fitBounds(box(bounds), { padding: 16, maxZoom: 15, animate: !calm.matches });
      }
    });

    holder.append(beside.box);
    for (const node of fallback) node.hidden = true;
  }

  // A map that is not shown (a phone's list) is not drawn, until it is.
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      seen.unobserve(entry.target);
      try {
        start(entry.target);
      } catch (error) {
        console.info("map: the list stays", error);
      }
    }
  });
  for (const holder of document.querySelectorAll("[data-tiles-map]")) seen.observe(holder);
})();
