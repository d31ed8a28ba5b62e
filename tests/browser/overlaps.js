// What overlaps in a saved picture: boxes, frames, and lines that run through a box they do not belong to.
(text) => {
  const svg = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
  document.body.replaceChildren(document.importNode(svg, true));
  const rect = (e) => { const b = e.getBoundingClientRect(); return [b.x, b.y, b.right, b.bottom]; };
  const nodes = [...document.querySelectorAll("g.node:not(.frame)")].map((g) => rect(g));
  const frames = [...document.querySelectorAll("g.frame")].map((g) => rect(g.querySelector("rect")));
  const meet = (a, b) => a[0] + 1 < b[2] && b[0] + 1 < a[2] && a[1] + 1 < b[3] && b[1] + 1 < a[3];
  const within = (a, b) => a[0] > b[0] && a[1] > b[1] && a[2] < b[2] && a[3] < b[3];
  const found = [];
  nodes.forEach((a, k) => nodes.slice(k + 1).forEach((b) => meet(a, b) && found.push(["boxes", a, b])));
  nodes.forEach((a) => frames.forEach((b) => meet(a, b) && !within(a, b) && found.push(["frame", a, b])));
  frames.forEach((a, k) => frames.slice(k + 1).forEach((b) =>
    meet(a, b) && !within(a, b) && !within(b, a) && found.push(["frames", a, b])));
  const corner = document.querySelector("svg").getBoundingClientRect();
  const view = document.querySelector("svg").viewBox.baseVal;
  for (const path of document.querySelectorAll("path.flow, path.skip")) {
    const length = path.getTotalLength();
    const at = (l) => {
      const p = path.getPointAtLength(l);
      return [p.x - view.x + corner.x, p.y - view.y + corner.y];
    };
    const inside = ([x, y], [l, t, r, b], by) => x > l + by && x < r - by && y > t + by && y < b - by;
    const ends = [at(0), at(length)];
    const room = rect(path);
    const near = nodes.filter((n) => meet([room[0] - 2, room[1] - 2, room[2] + 2, room[3] + 2], n));
    const others = near.filter((n) => !ends.some((end) => inside(end, n, -3)));
    for (let l = 0; l <= length; l += 4) {
      const point = at(l);
      const hit = others.find((n) => inside(point, n, 1));
      if (hit) { found.push(["line", point, hit]); break; }
    }
  }
  return found.map(String);
}
