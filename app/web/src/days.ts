/** Days in the city's zone, as `2026-11-03`. */
import type { City } from "./types";

/** The day that it was so many days ago. */
export function daysAgo(city: City, days: number): string {
  return dayOf(city, new Date(Date.now() - days * 86_400_000));
}

/** The day of an instant. */
export function dayOf(city: City, instant: Date): string {
  return instant.toLocaleDateString("sv-SE", { timeZone: city.time_zone });
}
