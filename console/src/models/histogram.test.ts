import { expect, test } from "vitest";
import { beside, histogram, step, type Grade } from "./histogram";

test.each([[0, 60, 1000], [59_000, 60, 1000], [60_000, 60, 5000], [3_600_000, 60, 300_000], [86_400_000 * 365 * 5, 60, 86_400_000 * 31]])(
  "%d ms in at most %d bars are %d each", (span, max, want) => expect(step(span, max)).toBe(want));

test("nothing has no bars", () => expect(histogram([])).toEqual([]));

test("every point is in one bar, and bars meet", () => {
  const grades: Grade[] = ["denied", "held", "masked", "plain"];
  for (const spread of [0, 10, 1000, 61_000, 3.7e6, 9e8, 1e12]) {
    const points = Array.from({ length: 200 }, (_, index) => ({ at: 1.7e12 + (spread * index) / 199, grade: grades[index % 4] as Grade }));
    const bars = histogram(points);
    expect(bars.length).toBeLessThanOrEqual(60);
    expect(bars.reduce((sum, bar) => sum + bar.total, 0)).toBe(200);
    for (const [index, bar] of bars.entries()) {
      expect(Object.values(bar.counts).reduce((sum, count) => sum + count)).toBe(bar.total);
      if (index > 0) expect(bar.from).toBe(bars[index - 1]?.to);
    }
  }
});

test.each([[-1, 1, 1], [1, 1, 4], [4, 1, 4], [4, -1, 1], [1, -1, 1], [5, -1, 4]] as const)("beside %d by %d is %d, over bars in which nothing is", (from, by, want) => {
  expect(beside([0, 3, 0, 0, 1].map((total) => ({ total })), from, by)).toBe(want);
});
