// The map: all articles as dots; the one under the pointer, or that the arrows reach, is named and can be opened.
"use strict";

const canvas = document.getElementById("map");
const told = document.getElementById("map-said");
const groupBox = document.getElementById("map-group");
// The 24 largest subjects have a colour each, and a mark, so that neighbours in size differ without colours too. From the seventh
// subject on marks repeat, with other colours.
const SIGNS = ["■", "●", "◆", "▲", "▼", "✚"];
const HUES = [205, 35, 160, 325, 190, 20];
const GOLDEN = 137.508;
const NAMED = 24;
const NEAR = 24;
let map = null;
let size = { width: 1, height: 1 };
let view = { x: 0, y: 0, zoom: 1 };
let chosen = -1;
let only = -1;
let drawing = 0;

function counted() {
  const counts = map.groups.map(() => 0);
  for (const group of map.group) counts[group] += 1;
  return counts;
}

async function load() {
  for (;;) {
    const response = await fetch("/map");
    if (response.status === 200) {
      map = await response.json();
      break;
    }
    if (!response.ok) { told.textContent = "The map cannot be drawn."; return; }
    const { seconds } = await response.json();
    told.textContent = `The map is being drawn, for ${seconds} seconds so far. A large site takes a minute or two the first time; then it is kept.`;
    await new Promise(done => setTimeout(done, 1000));
  }
  const counts = counted();
  map.rank = [];
  counts.map((count, group) => [count, group]).sort((one, other) => other[0] - one[0] || one[1] - other[1])
    .forEach(([, group], place) => { map.rank[group] = place; });
  map.groups.forEach((name, group) => groupBox.add(new Option(`${name} (${counts[group]})`, String(group))));
  legend(counts);
  told.textContent = `${map.x.length.toLocaleString("en")} articles`;
  fit();
}

const isDark = window.matchMedia("(prefers-color-scheme: dark)");
function colour(rank) {
  const hue = rank < HUES.length ? HUES[rank] : (HUES[0] + rank * GOLDEN) % 360;
  const light = (isDark.matches ? 64 : 36) + (rank >= HUES.length ? [0, 8, -8][rank % 3] : 0);
  return `hsl(${hue.toFixed(0)} ${isDark.matches ? 75 : 80}% ${light}%)`;
}

function legend(counts) {
  const place = document.getElementById("map-legend");
  place.replaceChildren();
  const add = (sign, paint, text) => {
    const line = document.createElement("li");
    const mark = document.createElement("span");
    mark.textContent = `${sign} `;
    mark.style.color = paint;
    line.append(mark, text);
    place.append(line);
  };
  const ordered = map.groups.map((_, group) => group).sort((one, other) => map.rank[one] - map.rank[other]);
  for (const group of ordered.slice(0, NAMED)) add(SIGNS[map.rank[group] % SIGNS.length], colour(map.rank[group]), map.groups[group]);
  const others = ordered.slice(NAMED);
  if (others.length) add("■", "var(--plot-muted)", `${others.length} others (${others.reduce((sum, group) => sum + counts[group], 0).toLocaleString("en")})`);
}

function fit() {
  const box = canvas.getBoundingClientRect();
  const scale = window.devicePixelRatio || 1;
  canvas.width = Math.round(box.width * scale);
  canvas.height = Math.round(box.height * scale);
  size = { width: box.width, height: box.height };
  draw();
}

const unit = () => 0.47 * Math.min(size.width, size.height) * view.zoom;
const across = at => size.width / 2 + (map.x[at] - view.x) * unit();
const down = at => size.height / 2 - (map.y[at] - view.y) * unit();
const isShown = at => only < 0 || map.group[at] === only;

function draw() {
  cancelAnimationFrame(drawing);
  drawing = requestAnimationFrame(paint);
}

function paint() {
  if (!map) return;
  const context = canvas.getContext("2d");
  const style = getComputedStyle(document.documentElement);
  const scale = canvas.width / size.width;
  const radius = Math.max(1.2, Math.min(4, 90 / Math.sqrt(map.x.length))) * Math.sqrt(view.zoom);
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, size.width, size.height);
  const muted = style.getPropertyValue("--plot-muted");
  const colours = map.groups.map((_, group) => (map.rank[group] < NAMED ? colour(map.rank[group]) : muted));
  const dot = (at, fill, alpha) => {
    const x = across(at), y = down(at);
    if (x < -9 || y < -9 || x > size.width + 9 || y > size.height + 9) return;
    context.globalAlpha = alpha;
    context.fillStyle = fill;
    const sign = radius < 2.5 || only >= 0 || map.rank[map.group[at]] >= NAMED ? 0 : map.rank[map.group[at]] % SIGNS.length;
    if (sign === 0) { context.fillRect(x - radius, y - radius, 2 * radius, 2 * radius); return; }
    const r = radius * 1.35;
    context.beginPath();
    if (sign === 1) context.arc(x, y, r * 0.9, 0, 7);
    else if (sign === 5) { context.rect(x - r, y - r / 3, 2 * r, r / 1.5); context.rect(x - r / 3, y - r, r / 1.5, 2 * r); }
    else {
      const corners = { 2: [[0, -r], [r, 0], [0, r], [-r, 0]], 3: [[0, -r], [r, r], [-r, r]], 4: [[0, r], [r, -r], [-r, -r]] }[sign];
      corners.forEach(([dx, dy], step) => (step ? context.lineTo(x + dx, y + dy) : context.moveTo(x + dx, y + dy)));
    }
    context.fill();
  };
  for (let at = 0; at < map.x.length; at += 1) if (!isShown(at)) dot(at, muted, 0.15);
  for (let at = 0; at < map.x.length; at += 1) if (isShown(at)) dot(at, colours[map.group[at]], 0.75);
  context.globalAlpha = 1;
  if (chosen >= 0) {
    context.strokeStyle = style.getPropertyValue("--ink");
    context.lineWidth = 2;
    context.beginPath();
    context.arc(across(chosen), down(chosen), radius + 6, 0, 7);
    context.stroke();
    label(context, style, map.title[chosen], across(chosen), down(chosen), radius + 10);
  }
}

// The title beside its dot, on the side where there is room.
function label(context, style, text, x, y, gap) {
  context.font = `600 14px ${getComputedStyle(document.body).fontFamily}`;
  let shown = text;
  const most = size.width - 24;
  while (shown.length > 4 && context.measureText(shown).width > most) shown = `${shown.slice(0, -4).trimEnd()}…`;
  const width = context.measureText(shown).width + 12;
  const left = Math.max(2, x + gap + width < size.width ? x + gap : Math.min(x - gap - width, size.width - width - 2));
  const top = Math.min(Math.max(y - 12, 2), size.height - 26);
  context.fillStyle = style.getPropertyValue("--ink");
  context.fillRect(left, top, width, 24);
  context.fillStyle = style.getPropertyValue("--paper");
  context.textBaseline = "middle";
  context.fillText(shown, left + 6, top + 12.5);
}

function nearest(x, y, within, fits = () => true) {
  let best = -1, least = within;
  for (let at = 0; at < map.x.length; at += 1) {
    if (!isShown(at)) continue;
    const far = Math.hypot(across(at) - x, down(at) - y);
    if (far < least && fits(at)) { best = at; least = far; }
  }
  return best;
}

function choose(at) {
  if (at === chosen) return;
  chosen = at;
  told.textContent = at < 0 ? `${map.x.length.toLocaleString("en")} articles` : `${map.title[at]} (${map.groups[map.group[at]]})`;
  draw();
}

function open() {
  if (chosen >= 0) location.assign(`/article?state=all&key=${encodeURIComponent(map.key[chosen])}`);
}

function zoom(by, x = size.width / 2, y = size.height / 2) {
  const before = unit();
  const spot = { x: view.x + (x - size.width / 2) / before, y: view.y - (y - size.height / 2) / before };
  view.zoom = Math.min(Math.max(view.zoom * by, 1), 60);
  view.x = spot.x - (x - size.width / 2) / unit();
  view.y = spot.y + (y - size.height / 2) / unit();
  draw();
}

function whole() {
  view = { x: 0, y: 0, zoom: 1 };
  draw();
}

// The part of the map in which most of a subject lies.
function approach(group) {
  const rows = map.group.map((own, at) => (own === group ? at : -1)).filter(at => at >= 0);
  const range = values => {
    values.sort((one, other) => one - other);
    return [0.05, 0.95].map(share => values[Math.min(values.length - 1, Math.floor(share * values.length))]);
  };
  const [left, right] = range(rows.map(at => map.x[at]));
  const [low, high] = range(rows.map(at => map.y[at]));
  const base = 0.47 * Math.min(size.width, size.height);
  const fits = Math.min(size.width / (right - left + 0.1), size.height / (high - low + 0.1)) / base;
  view = { x: (left + right) / 2, y: (low + high) / 2, zoom: Math.min(Math.max(0.85 * fits, 1), 60) };
  draw();
}

function walk(dx, dy) {
  if (chosen < 0) { choose(nearest(size.width / 2, size.height / 2, Infinity)); return; }
  const x = across(chosen), y = down(chosen);
  // Within 45 degrees of the way that the arrow points.
  const next = nearest(x, y, Infinity, at => {
    const along = (across(at) - x) * dx + (down(at) - y) * dy;
    return along > 0.5 && along >= Math.abs((across(at) - x) * dy) + Math.abs((down(at) - y) * dx);
  });
  if (next < 0) return;
  choose(next);
  const margin = 30;
  if (across(next) < margin || down(next) < margin || across(next) > size.width - margin || down(next) > size.height - margin) {
    view.x = map.x[next];
    view.y = map.y[next];
    draw();
  }
}

let held = null;
canvas.addEventListener("pointerdown", event => {
  held = { x: event.offsetX, y: event.offsetY, moved: false };
  canvas.setPointerCapture(event.pointerId);
});
canvas.addEventListener("pointermove", event => {
  if (!map) return;
  if (!held) { choose(nearest(event.offsetX, event.offsetY, NEAR)); return; }
  const dx = event.offsetX - held.x, dy = event.offsetY - held.y;
  if (!held.moved && Math.hypot(dx, dy) < 5) return;
  held = { x: event.offsetX, y: event.offsetY, moved: true };
  view.x -= dx / unit();
  view.y += dy / unit();
  draw();
});
canvas.addEventListener("pointerup", event => {
  const moved = held?.moved;
  held = null;
  if (!map || moved) return;
  choose(nearest(event.offsetX, event.offsetY, NEAR));
  open();
});
canvas.addEventListener("wheel", event => {
  if (!map) return;
  event.preventDefault();
  zoom(event.deltaY < 0 ? 1.25 : 0.8, event.offsetX, event.offsetY);
}, { passive: false });
canvas.addEventListener("keydown", event => {
  if (!map || event.ctrlKey || event.metaKey || event.altKey) return;
  const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  if (ways[event.key]) walk(...ways[event.key]);
  else if (event.key === "Enter") open();
  else if (event.key === "+" || event.key === "=") zoom(1.25);
  else if (event.key === "-") zoom(0.8);
  else return;
  event.preventDefault();
  event.stopPropagation();
});
document.getElementById("map-in").addEventListener("click", () => zoom(1.5));
document.getElementById("map-out").addEventListener("click", () => zoom(1 / 1.5));
document.getElementById("map-whole").addEventListener("click", whole);
groupBox.addEventListener("change", () => { only = Number(groupBox.value); chosen = -1; if (only < 0) whole(); else approach(only); });
window.addEventListener("resize", fit);
isDark.addEventListener("change", () => { if (map) legend(counted()); draw(); });
load();
