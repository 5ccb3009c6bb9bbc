"use strict";

// What is drawn: nodes of {tag, attributes, children}, and strings. No markup is ever parsed.
const el = (tag, attributes, children) =>
  ({tag, attributes, children: [].concat(children).flat(9).filter(child => child || child === 0).map(child => child.tag ? child : String(child))});
const small = text => el("small", {}, text);
const hidden = text => el("span", {class: "hidden"}, text);
const unknown = why => el("span", {class: "unknown", title: why}, ["—", hidden(` not known: ${why}`)]);
const known = (value, why, format) => value === null || value === undefined ? unknown(why) : format(value);

// Numbers for people. 0 is said only of what is 0.
const count = value => Math.round(value).toString().replace(/\B(?=(\d{3})+$)/g, ",");
const plural = (value, word) => `${count(value)} ${word}${value === 1 ? "" : "s"}`;
function time(seconds) {
  if (seconds === 0) return "0 s";
  if (seconds < 0.001) return "<1 ms";
  if (seconds < 0.9995) return `${Math.round(1000 * seconds)} ms`;
  if (seconds < 9.95) return `${Number(seconds.toFixed(1))} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86400)} d`;
}

// Changes what differs and leaves the rest alone: a selection or a reader's place stays.
function patch(parent, nodes) {
  nodes.forEach((node, i) => {
    let old = parent.childNodes[i];
    if (typeof node === "string") {
      if (old?.nodeType === 3) { if (old.data !== node) old.data = node; return; }
      const text = document.createTextNode(node);
      if (old) parent.replaceChild(text, old); else parent.appendChild(text);
      return;
    }
    if (old?.nodeName.toLowerCase() !== node.tag) {
      const svg = ["svg", "g", "line", "circle", "text", "polyline", "polygon", "rect"].includes(node.tag);
      const made = svg ? document.createElementNS("http://www.w3.org/2000/svg", node.tag) : document.createElement(node.tag);
      if (old) parent.replaceChild(made, old); else parent.appendChild(made);
      old = made;
    }
    Array.from(old.attributes).forEach(each => { if (!(each.name in node.attributes)) old.removeAttribute(each.name); });
    Object.entries(node.attributes).forEach(([name, value]) => { if (old.getAttribute(name) !== value) old.setAttribute(name, value); });
    patch(old, node.children);
  });
  while (parent.childNodes.length > nodes.length) parent.lastChild.remove();
}
