// How smooth a page is: the times between its frames, and how long its script kept it busy, while something is done.

const begin = () => {
  const times = [];
  let on = true;
  const tick = (at) => {
    times.push(at);
    if (on) globalThis.requestAnimationFrame(tick);
  };
  globalThis.requestAnimationFrame(tick);
  let busy = 0;
  let longest = 0;
  const watch = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) {
      busy += duration;
      longest = Math.max(longest, duration);
    }
  });
  watch.observe({ type: 'longtask' });
  globalThis.endFrames = () => {
    on = false;
    watch.disconnect();
    return { times, busy, longest };
  };
};

/** Frames a second, and the times between frames in milliseconds, while `work` is done. */
export async function framesWhile(page, work) {
  await page.evaluate(begin);
  await work();
  const { times, longest } = await page.evaluate(() => globalThis.endFrames());
  const gaps = times.slice(1).map((time, index) => time - times[index]);
  gaps.sort((a, b) => a - b);
  const at = (part) => Math.round(gaps[Math.min(gaps.length - 1, Math.floor(part * gaps.length))] ?? 0);
  const seconds = (times.at(-1) - times[0]) / 1000;
  return {
    'frames/s': Math.round(gaps.length / seconds),
    'median ms': at(0.5),
    'p95 ms': at(0.95),
    'worst ms': at(1),
    'longest task ms': Math.round(longest),
  };
}
