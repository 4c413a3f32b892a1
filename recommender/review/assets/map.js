// The map: all articles as dots; the one under the pointer, or that the arrows reach, is named and can be opened.
"use strict";

const canvas = document.getElementById("map");
const told = document.getElementById("map-said");
const groupBox = document.getElementById("map-group");
const COLOURS = ["--plot-blue", "--plot-orange", "--plot-green", "--plot-purple", "--plot-sky", "--plot-red"];
// The largest subjects have a colour and a mark each, so that they can be told apart without seeing colours.
const SIGNS = ["■", "●", "◆", "▲", "▼", "✚"];
const NEAR = 24;
let map = null;
let size = { width: 1, height: 1 };
let view = { x: 0, y: 0, zoom: 1 };
let chosen = -1;
let only = -1;
let drawing = 0;

async function load() {
  for (;;) {
    const response = await fetch("/map");
    if (response.status === 200) {
      map = await response.json();
      break;
    }
    if (!response.ok) { told.textContent = "The map cannot be drawn."; return; }
    await new Promise(done => setTimeout(done, 1500));
  }
  const counts = map.groups.map(() => 0);
  for (const group of map.group) counts[group] += 1;
  map.rank = [];
  counts.map((count, group) => [count, group]).sort((one, other) => other[0] - one[0] || one[1] - other[1])
    .forEach(([, group], place) => { map.rank[group] = place; });
  map.groups.forEach((name, group) => groupBox.add(new Option(`${name} (${counts[group]})`, String(group))));
  legend(counts);
  told.textContent = `${map.x.length.toLocaleString("en")} articles`;
  fit();
}

function legend(counts) {
  const place = document.getElementById("map-legend");
  const add = (sign, colour, text) => {
    const line = document.createElement("li");
    const mark = document.createElement("span");
    mark.textContent = `${sign} `;
    mark.style.color = `var(${colour})`;
    line.append(mark, text);
    place.append(line);
  };
  const ordered = map.groups.map((_, group) => group).sort((one, other) => map.rank[one] - map.rank[other]);
  for (const group of ordered.slice(0, SIGNS.length)) add(SIGNS[map.rank[group]], COLOURS[map.rank[group]], map.groups[group]);
  const others = ordered.slice(SIGNS.length);
  if (others.length) add("■", "--plot-muted", `${others.length} others (${others.reduce((sum, group) => sum + counts[group], 0).toLocaleString("en")})`);
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
  const colours = COLOURS.map(name => style.getPropertyValue(name));
  const dot = (at, colour, alpha) => {
    const x = across(at), y = down(at);
    if (x < -9 || y < -9 || x > size.width + 9 || y > size.height + 9) return;
    context.globalAlpha = alpha;
    context.fillStyle = colour;
    const sign = radius < 2.5 || only >= 0 ? 0 : map.rank[map.group[at]];
    if (sign === 0 || sign >= SIGNS.length) { context.fillRect(x - radius, y - radius, 2 * radius, 2 * radius); return; }
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
  for (let at = 0; at < map.x.length; at += 1) if (isShown(at)) dot(at, only < 0 ? colours[map.rank[map.group[at]]] || muted : colours[0], 0.75);
  context.globalAlpha = 1;
  if (chosen >= 0) {
    context.strokeStyle = style.getPropertyValue("--ink");
    context.lineWidth = 2;
    context.beginPath();
    context.arc(across(chosen), down(chosen), radius + 6, 0, 7);
    context.stroke();
  }
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
groupBox.addEventListener("change", () => { only = Number(groupBox.value); chosen = -1; draw(); });
window.addEventListener("resize", fit);
window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
load();
