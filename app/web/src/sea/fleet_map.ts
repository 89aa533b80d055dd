/** The fleet on the map: one source, changed in batches between two frames. */
import type { FeatureCollection } from "geojson";
import type { ExpressionSpecification, GeoJSONSource, LayerSpecification } from "maplibre-gl";

import type { RiskMap } from "../map";
import { debounced } from "../dom";
import type { Page } from "../page";
import type { Base } from "../types";
import { featureOf } from "./boats";
import type { Fleet } from "./fleet";
import type { Player } from "./player";

const OWN = { "riskmap:layer": "vessels", "riskmap:own": true };
const INK = { light: "#15212B", dark: "#EAF1F6" };
const TRAIL = { light: "#0A6B5B", dark: "#57E5B0" };
const HALO = { light: "#FFFFFF", dark: "#06121B" };

/** Longer than the service answers by the versions of before, milliseconds. */
const VERSIONS_OLD = 800;

/** Style layers of the fleet, over the source `fleet`. */
export function fleetLayers(base: Base): LayerSpecification[] {
  const known = (name: string): ExpressionSpecification => ["concat", name, ["to-string", ["get", "age"]]];
  const overlap = { "icon-allow-overlap": true, "icon-ignore-placement": true };
  // The newest lie on top.
  const sort: ExpressionSpecification = ["-", 0, ["get", "age"]];
  return [
    { id: "fleet-trail-halo", type: "line", source: "trail", metadata: OWN, layout: { "line-cap": "round", "line-join": "round" },
      paint: { "line-color": HALO[base], "line-width": 5, "line-opacity": 0.8 } },
    { id: "fleet-trail", type: "line", source: "trail", metadata: OWN, layout: { "line-cap": "round", "line-join": "round" },
      paint: { "line-color": TRAIL[base], "line-width": 2 } },
    { id: "fleet-boat", type: "symbol", source: "fleet", metadata: OWN,
      layout: {
        ...overlap, "symbol-sort-key": sort,
        "icon-image": ["case", ["has", "course"], known("boat-"), known("buoy-")],
        "icon-rotate": ["coalesce", ["get", "course"], 0], "icon-rotation-alignment": "map",
        "icon-size": ["interpolate", ["linear"], ["zoom"], 5, 0.55, 9, 0.8, 13, 1.1],
      } },
    { id: "fleet-grade", type: "symbol", source: "fleet", metadata: OWN, minzoom: 8, filter: ["<=", ["coalesce", ["get", "grade"], 9], 2],
      layout: {
        ...overlap, "symbol-sort-key": sort, "icon-offset": [27, -27],
        "icon-image": ["concat", "risk-", ["to-string", ["get", "grade"]]],
        "icon-size": ["interpolate", ["linear"], ["zoom"], 8, 0.42, 13, 0.56],
      } },
    { id: "fleet-name", type: "symbol", source: "fleet", metadata: OWN, minzoom: 10,
      layout: {
        "text-field": ["get", "name"], "text-size": 11, "text-variable-anchor": ["top", "bottom"], "text-radial-offset": 1.15,
        "text-font": ["Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", "HarmonyOS Sans SC", "sans-serif"], "symbol-sort-key": ["get", "age"],
      },
      paint: { "text-color": INK[base], "text-halo-color": HALO[base], "text-halo-width": 1.6 } },
  ];
}

/** Keep the map's source as the fleet is. */
export function drawFleet(page: Page, stage: RiskMap, fleet: Fleet, player: Player | null): void {
  const waiting = new Set<string>();
  let whole = true;
  let frame = 0;
  const source = (): GeoJSONSource | undefined => stage.map.getSource("fleet");
  const flush = (): void => {
    frame = 0;
    const now = fleet.now();
    const target = source();
    if (!target) return;
    if (player?.recorded) {
      void target.setData({ type: "FeatureCollection", features: player.recorded.boats(player.at) });
      stage.show("trail", { type: "FeatureCollection", features: player.recorded.trails(player.at) });
      whole = true;
      return;
    }
    if (whole) {
      const features = fleet.state === "off" ? [] : [...fleet.boats.values()].map((boat) => featureOf(boat, now));
      void target.setData({ type: "FeatureCollection", features } satisfies FeatureCollection);
    } else {
      const add = [...waiting].flatMap((mmsi) => {
        const boat = fleet.boats.get(mmsi);
        return boat ? [featureOf(boat, now)] : [];
      });
      void target.updateData({ add });
    }
    whole = false;
    waiting.clear();
  };
  const later = (): void => {
    if (frame === 0) frame = requestAnimationFrame(flush);
  };
  fleet.on((changed) => {
    if (changed === null) whole = true;
    else for (const mmsi of changed) waiting.add(mmsi);
    later();
    ring(page, stage, fleet);
  });
  const renew = debounced(VERSIONS_OLD, () => {
    stage.renew("vessel_events");
    void page.figures.load(page);
  });
  fleet.onNews(renew);
  let played = false;
  player?.on(() => {
    if (played && !player.recorded) stage.show("trail", { type: "FeatureCollection", features: [] });
    played = player.recorded !== null;
    later();
  });
  stage.map.on("style.load", () => {
    whole = true;
    later();
  });
  later();
}

/** The ring of the boat that is picked goes with it. */
function ring(page: Page, stage: RiskMap, fleet: Fleet): void {
  const { selected } = page.store.state;
  if (selected?.layer !== "vessels" || fleet.state !== "live" || page.player?.recorded) return;
  for (const { fid, lon, lat } of fleet.boats.values()) {
    if (fid !== selected.fid) continue;
    stage.show("picked", { type: "FeatureCollection", features: [{ type: "Feature", properties: {}, geometry: { type: "Point", coordinates: [lon, lat] } }] });
  }
}
