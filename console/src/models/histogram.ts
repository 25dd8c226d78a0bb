// How much happened when: bars over time, each with its gravest colours at the bottom.
// Enters: times with a word each. Leaves: bars of equal width on round boundaries. Never here: pixels.

export type Grade = "denied" | "held" | "masked" | "plain";

export interface Bar {
  from: number;
  to: number;
  counts: Record<Grade, number>;
  total: number;
}

const STEPS_MS = [1, 5, 15, 30, 60, 300, 900, 1800, 3600, 10_800, 21_600, 43_200, 86_400, 604_800, 2_592_000].map((seconds) => seconds * 1000);

/** The step that gives at most `bars_max` bars. */
export function step(spanMs: number, barsMax: number): number {
  const whole = STEPS_MS.find((one) => spanMs / one < barsMax);
  return whole ?? Math.ceil(spanMs / barsMax / 86_400_000) * 86_400_000;
}

/** Bars over all of `points`. */
export function histogram(points: readonly { at: number; grade: Grade }[], barsMax = 60): Bar[] {
  if (points.length === 0) return [];
  let first = Infinity;
  let last = -Infinity;
  for (const { at } of points) {
    first = Math.min(first, at);
    last = Math.max(last, at);
  }
  const width = step(last - first, barsMax - 1);
  const begin = Math.floor(first / width) * width;
  const bars: Bar[] = [];
  for (let from = begin; from <= last; from += width) {
    bars.push({ from, to: from + width, counts: { denied: 0, held: 0, masked: 0, plain: 0 }, total: 0 });
  }
  for (const { at, grade } of points) {
    const bar = bars[Math.floor((at - begin) / width)];
    if (bar) {
      bar.counts[grade] += 1;
      bar.total += 1;
    }
  }
  return bars;
}

/** The next bar after `from` (or before it, with -1) in which something is; `from` where there is none. */
export function beside(bars: readonly Pick<Bar, "total">[], from: number, by: 1 | -1): number {
  for (let at = from + by; at >= 0 && at < bars.length; at += by) if ((bars[at]?.total ?? 0) > 0) return at;
  return from;
}
