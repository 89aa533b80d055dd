/** Where the phone is: watched while the page is open. */
import type { Inspection } from "./inspection";

const LOST_MS = 20_000;

/** Watch the phone's position. Without https there is none: browsers give it to safe pages only. */
export function watchPosition(inspection: Inspection): void {
  if (!window.isSecureContext || !("geolocation" in navigator)) {
    inspection.blind = "blind_insecure";
    return;
  }
  navigator.geolocation.watchPosition(
    ({ coords, timestamp }) => {
      inspection.blind = "blind_lost";
      inspection.moved({ lon: coords.longitude, lat: coords.latitude, accuracy: coords.accuracy, at: timestamp });
    },
    (fault) => {
      inspection.blind = fault.code === fault.PERMISSION_DENIED ? "blind_denied" : "blind_lost";
      inspection.tell("position");
    },
    { enableHighAccuracy: true, maximumAge: 1000, timeout: LOST_MS },
  );
}

/** Whether a position is so old that the phone may have moved on. */
export function isOld(at: number): boolean {
  return Date.now() - at > LOST_MS;
}
