"use strict";

// Plots as SVG, of nodes that draw.js makes. Their colours are theme.css's, for light and dark.
// On a narrow screen plots are narrower rather than their texts small.
const NARROW = typeof matchMedia === "function" && matchMedia("(max-width: 600px)").matches;
const WIDTH = NARROW ? 360 : 560;
const px = value => value.toFixed(1);
const point = (x, y) => `${px(x)},${px(y)}`;
const stroke = (css, x1, y1, x2, y2) => el("line", {class: css, x1: px(x1), y1: px(y1), x2: px(x2), y2: px(y2)}, []);
const dot = (x, y, radius) => el("circle", {cx: px(x), cy: px(y), r: px(radius)}, []);
const label = (css, anchor, x, y, shown) => el("text", {class: css, "text-anchor": anchor, x: px(x), y: px(y)}, shown);
const svg = (height, described, shapes) =>
  el("svg", {class: "plot", viewBox: `0 0 ${WIDTH} ${height}`, role: "img", "aria-label": described}, shapes);
const least = (list, of) => list.reduce((found, one) => Math.min(found, of(one)), Infinity);
const most = (list, of) => list.reduce((found, one) => Math.max(found, of(one)), -Infinity);
// About how wide a text of 12 px is; fonts differ, so rather too much than too little.
const width = shown => 7.4 * Array.from(shown).length;

// A method has the same colour in every plot.
const KNOWN = ["hydra", "hydra-population", "rag", "hydra-paper", "zero-shot"];
const hue = (name, index) => `hue${KNOWN.includes(name) ? KNOWN.indexOf(name) : KNOWN.length + index % 6}`;

// From values to pixels.
function scale(low, high, from, to) {
  return {low, high, to, at: value => from + (value - low) / (high - low) * (to - from)};
}

// With a little room at both ends, but not below 0 for room alone.
function scaleAround(lowest, highest, from, to) {
  const spread = highest - lowest;
  const room = spread > 0 ? 0.06 * spread : Math.max(0.05 * Math.abs(highest), 0.01);
  return scale(lowest >= 0 ? Math.max(0, lowest - room) : lowest - room, highest + room, from, to);
}

// Multiples of 1, 2 or 5 times a power of ten, about as many as asked for.
function ticks(low, high, about) {
  const raw = (high - low) / about;
  const exponent = Math.floor(Math.log10(raw));
  const lead = raw / Math.pow(10, exponent);
  const step = (lead < 1.5 ? 1 : lead < 3.5 ? 2 : lead < 7.5 ? 5 : 10) * Math.pow(10, exponent);
  const found = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + 1e-9 * (high - low); i++) {
    found.push({at: i * step, label: (i * step).toFixed(Math.max(0, -exponent)).replace("-", "−")});
  }
  return found;
}

// Moves positions apart, as little as it takes, between from and to if there is room for them.
function spread(wanted, gap, from, to) {
  const order = wanted.map((_, i) => i).sort((a, b) => wanted[a] - wanted[b]);
  // Labels that touch move as one; the mean of their wishes is where their middle should be.
  const join = (a, b) =>
    ({wish: (a.wish * a.size + b.wish * b.size) / (a.size + b.size), size: a.size + b.size});
  const top = group => {
    const height = (group.size - 1) * gap;
    return Math.max(from, Math.min(group.wish - height / 2, to - height));
  };
  const groups = [];
  order.forEach(i => {
    let group = {wish: wanted[i], size: 1};
    let above = groups[groups.length - 1];
    while (above && top(above) + above.size * gap > top(group)) {
      groups.pop();
      group = join(above, group);
      above = groups[groups.length - 1];
    }
    groups.push(group);
  });
  const placed = [];
  let next = 0;
  groups.forEach(group => {
    for (let k = 0; k < group.size; k++) {
      placed[order[next++]] = top(group) + k * gap;
    }
  });
  return placed;
}

// One value with its interval per row: {label, x, strong, rows: [{name, value, low, high, shown}]}.
function dots(chart) {
  // A name that finds no room beside its value stands above it.
  const above = NARROW ? 18 : 0;
  const rows = chart.rows, row = 24 + above, top = 6, right = WIDTH - 8 - most(rows, r => width(r.shown));
  const left = NARROW ? 14 : most(rows, r => width(r.name)) + 14;
  const bottom = top + row * rows.length;
  const x = scaleAround(least(rows, r => r.low), most(rows, r => r.high), left, right);
  const strong = r => r.name === chart.strong;
  const described = `${chart.label}: ${rows.map(r => `${r.name} ${r.shown}`).join("; ")}`;
  return svg(bottom + (chart.x ? 40 : 24), described, [
    rows.map((r, i) => strong(r)
      ? el("rect", {class: "stripe", x: "0", y: px(top + row * i), width: px(WIDTH), height: px(row), rx: "3"}, []) : null),
    ticks(x.low, x.high, Math.min(6, (right - left) / 60)).map(t => [
      stroke(Math.abs(t.at) < 1e-9 ? "zero" : "grid", x.at(t.at), top, x.at(t.at), bottom),
      label("soft", "middle", x.at(t.at), bottom + 17, t.label)]),
    stroke("axis", left, bottom, right, bottom),
    chart.x ? label("soft", "middle", (left + right) / 2, bottom + 34, chart.x) : null,
    rows.filter(strong).map(r => stroke("marker", x.at(r.value), top, x.at(r.value), bottom)),
    rows.map((r, i) => {
      const y = top + row * (i + 0.5) + above / 2;
      const weight = strong(r) ? "bold" : "plain";
      return [label(weight, "start", 6, y + 4 - above, r.name),
        el("g", {class: strong(r) ? `${hue(r.name, 0)} strong` : "quiet"}, [
          stroke("bar", x.at(r.low), y, x.at(r.high), y), dot(x.at(r.value), y, strong(r) ? 5.5 : 4.5)]),
        label(weight, "end", WIDTH - 2, y + 4, r.shown)];
    })]);
}

// Curves, each named at its right end; one whose points all have an interval shows it as a band:
// {heading, x, y, reach, ticks: [{at, label}], series: [{name, strong, points: [{x, y, low, high}]}]};
// the scale of y goes up to reach at least, if there is one.
function lines(chart) {
  const series = chart.series, left = 46, top = 26, height = 330, bottom = height - 46;
  const points = series.map(s => s.points).flat();
  const low = p => p.low === null ? p.y : Math.min(p.low, p.y);
  const high = p => p.high === null ? p.y : Math.max(p.high, p.y);
  const right = WIDTH - most(series, s => width(s.name)) - 26;
  const first = least(chart.ticks, t => t.at), last = most(chart.ticks, t => t.at);
  const x = first === last
    ? scale(first - 1, last + 1, left, right) : scale(first, last, left + 14, right);
  const y = scaleAround(least(points, low), Math.max(most(points, high), chart.reach ?? -Infinity), bottom, top);
  const axes = [
    ticks(y.low, y.high, 5).map(t => [
      stroke(Math.abs(t.at) < 1e-9 ? "zero" : "grid", left, y.at(t.at), right, y.at(t.at)),
      label("soft", "end", left - 7, y.at(t.at) + 4, t.label)]),
    stroke("axis", left, bottom, right, bottom),
    chart.ticks.map(t => [
      stroke("axis", x.at(t.at), bottom, x.at(t.at), bottom + 4),
      label("soft", "middle", x.at(t.at), bottom + 18, t.label)]),
    label("soft", "start", 0, 12, chart.y),
    label("soft", "middle", (left + right) / 2, height - 8, chart.x)];
  const curve = (s, i) => {
    const at = s.points.map(p => ({x: x.at(p.x), y: y.at(p.y)}));
    const band = s.points.every(p => p.low !== null)
      ? s.points.map(p => point(x.at(p.x), y.at(p.high)))
          .concat(s.points.map(p => point(x.at(p.x), y.at(p.low))).reverse()) : [];
    return el("g", {class: `${hue(s.name, i)}${s.strong ? " strong" : ""}`}, [
      band.length ? el("polygon", {points: band.join(" ")}, []) : null,
      el("polyline", {points: at.map(p => point(p.x, p.y)).join(" ")}, []),
      at.length > 30 ? [] : at.map(p => dot(p.x, p.y, s.strong ? 4.2 : 3.2))]);
  };
  const wanted = series.map(s => y.at(s.points[s.points.length - 1].y));
  const placed = spread(wanted, 15, top, bottom);
  const names = series.map((s, i) => {
    const end = x.at(s.points[s.points.length - 1].x);
    // A leader where the label had to move away from its line, or the line ends early.
    return el("g", {class: `${hue(s.name, i)} name`}, [
      Math.abs(placed[i] - wanted[i]) > 3 || right + 16 - end > 20
        ? stroke("leader", end + 6, wanted[i], right + 14, placed[i]) : null,
      label(s.strong ? "bold" : "", "start", right + 16, placed[i] + 4, s.name)]);
  });
  const told = value => Number(value.toPrecision(3));
  const described = `${chart.heading}: ${series.map(s =>
    `${s.name} from ${told(s.points[0].y)} to ${told(s.points[s.points.length - 1].y)}`).join("; ")}`;
  const curves = strong => series.map((s, i) => s.strong === strong ? curve(s, i) : null);
  return svg(height, described, [axes, curves(false), curves(true), names]);
}

// A plot under its heading.
const figure = chart => el("figure", {}, [
  el("figcaption", {}, [chart.heading, " ", el("span", {}, chart.aside)]), chart.rows ? dots(chart) : lines(chart)]);
