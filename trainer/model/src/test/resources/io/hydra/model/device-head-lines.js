"use strict";

/** Chooses for a line of JSON: {head (hexadecimal), question}, its vectors in plain arrays. */
function chooseLine(reader, line) {
  const one = JSON.parse(line);
  const bytes = one.head.match(/../g).map(pair => parseInt(pair, 16));
  const vectors = from => {
    from.words = new Float32Array(from.words);
    from.meaning = new Float32Array(from.meaning);
  };
  vectors(one.question);
  one.question.past.forEach(vectors);
  const chosen = reader.choose(reader.read(new Uint8Array(bytes)), one.question);
  return JSON.stringify(chosen);
}

if (typeof require === "function") {
  const reader = require(process.argv[2]);
  const lines = require("fs").readFileSync(process.argv[3], "utf8").split("\n");
  lines.filter(line => line).forEach(line => console.log(chooseLine(reader, line)));
}
