"use strict";

/**
 * Chooses with a head that `hydra head` wrote, as serving does, without any other file. A plain
 * script for browsers (hydraHead) and for Node (require). The layout of the file and the formulas
 * are in docs/device.md.
 */
const hydraHead = (() => {
  const VERSIONS = [1, 2];

  /** Loss of an error, where options are numbers in order. */
  const LOSSES = {
    MAE: e => Math.abs(e),
    MSE: e => e * e,
    MAE_AND_RMSE: e => Math.abs(e) + 0.5 * e * e,
  };

  const filled = (length, make) => Array.from({length}, (none, i) => make(i));

  /** Reads a file's bytes, a Uint8Array. */
  function read(bytes) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let at = 0;
    const number = (kind, size) => () => {
      at += size;
      return view["get" + kind](at - size);
    };
    const uint8 = number("Uint8", 1);
    const uint16 = number("Uint16", 2);
    const float32 = number("Float32", 4);
    const float64 = number("Float64", 8);
    const text = () =>
      decodeURIComponent(filled(uint16(), () => "%" + (256 + uint8()).toString(16).slice(1)).join(""));
    const trunk = () => {
      const rows = uint16();
      const columns = uint16();
      return filled(rows, () => filled(columns, float32));
    };
    const version = uint8();
    if (!VERSIONS.includes(version)) {
      throw new Error("this head is of another version than " + VERSIONS.join(" and "));
    }
    const head = {base: text(), task: text(), metric: text(), margin: float64()};
    head.options = [];
    head.shares = [];
    for (let left = uint16(); left > 0; left--) {
      head.options.push(text());
      head.shares.push(float64());
    }
    head.words = trunk();
    head.meaning = uint8() === 1 ? trunk() : null;
    head.names = version > 1 ? trunk() : [];
    const features = uint16();
    head.adapter = filled(features, float64);
    head.adapterUnsampled = filled(features, float64);
    head.fallsBack = uint8() === 1;
    head.populationLoss = float32();
    head.members = filled(uint8(), () => ({loss: float32(), delta: filled(features, float32)}));
    return head;
  }

  /** In single precision, like the vectors. */
  function dot(a, b) {
    if (!b || a.length !== b.length) {
      throw new Error("a vector of " + a.length + " numbers is needed: use the encoders of the head's base");
    }
    let sum = 0;
    for (let i = 0; i < a.length; i++) {
      sum = Math.fround(sum + Math.fround(a[i] * b[i]));
    }
    return sum;
  }

  function softmax(scores) {
    const most = scores.reduce((a, b) => Math.max(a, b), -Infinity);
    const all = scores.map(score => Math.exp(score - most));
    const sum = all.reduce((a, b) => a + b, 0);
    return all.map(one => one / sum);
  }

  function trunkScores(trunk, vector) {
    const scores = trunk.map(row => dot(row, vector));
    const sum = scores.reduce((a, b) => a + b, 0);
    return scores.map(score => score - sum / scores.length);
  }

  /** Shares of the options among past items, each weighed by the kernel. */
  function shares(labels, kernel, prior, strength) {
    const sums = prior.map(() => 0);
    let total = strength;
    labels.forEach((label, i) => {
      if (label >= 0) {
        sums[label] += kernel[i];
        total += kernel[i];
      }
    });
    return sums.map((sum, c) => (sum + strength * prior[c]) / total);
  }

  /** Options × features: trainer/model's ClosedFeatures. */
  function features(head, question) {
    const count = head.options.length;
    const labels = question.past.map(item => head.options.indexOf(String(item.option)));
    const all = head.options.map(() => head.adapter.map(() => 0));
    const put = (place, value) => all.forEach((z, c) => (z[place] = value(c)));
    const values = head.metric in LOSSES ? head.options.map(Number) : [];
    const step = count > 1 ? (values[count - 1] - values[0]) / (count - 1) : 1;
    const putOrdinal = (place, weight) => {
      if (values.length > 0) {
        let sum = 0;
        let total = 0;
        values.forEach((value, c) => {
          sum += weight(c) * value;
          total += weight(c);
        });
        const mean = sum / total;
        put(place, c => (-((values[c] - mean) / step) * ((values[c] - mean) / step)) / 4);
      }
    };

    const frequency = shares(labels, labels.map(() => 1), head.shares, 2);
    const recencies = labels.map(() => 0);
    let weight = 1;
    for (let i = labels.length - 1; i >= 0; i--) {
      recencies[i] = weight;
      weight *= 0.85;
    }
    const recency = shares(labels, recencies, frequency, 1);
    const shared = question.past.map(item => (item.sharedWords || 0) / 5);
    const word = shares(labels, shared, frequency, 1);
    put(0, c => Math.log(head.shares[c]));
    put(2, c => Math.log(frequency[c] / head.shares[c]));
    put(3, c => Math.log(recency[c] / frequency[c]));
    put(5, c => Math.log(word[c] / frequency[c]));
    all.forEach((z, c) => (z[z.length - count + c] = 1));
    putOrdinal(8, c => frequency[c]);

    const putAspect = (trunk, encoder, places) => {
      const scores = trunkScores(trunk, question[encoder]);
      const beliefs = softmax(scores);
      const close = question.past.map(item => {
        const cos = Math.max(0, dot(question[encoder], item[encoder]));
        return cos * cos * cos;
      });
      const alike = question.past.map(item =>
        trunk.length === 0
          ? 0
          : softmax(trunkScores(trunk, item[encoder])).reduce((sum, b, c) => sum + beliefs[c] * b, 0));
      const byClose = shares(labels, close, frequency, 1);
      const byTrunk = shares(labels, alike, frequency, 1);
      put(places[0], c => (trunk.length === 0 ? 0 : scores[c]));
      put(places[1], c => Math.log(byClose[c] / frequency[c]));
      put(places[2], c => Math.log(byTrunk[c] / frequency[c]));
      putOrdinal(places[3], c => (trunk.length === 0 ? head.shares[c] : beliefs[c]));
      putOrdinal(places[4], c => byClose[c]);
    };
    putAspect(head.words, "words", [1, 4, 6, 9, 10]);
    if (head.meaning) {
      const m = values.length > 0 ? 12 : 8;
      // The place between is of what others answered, which a device does not know.
      putAspect(head.meaning, "meaning", [m, m + 1, m + 2, m + 4, m + 5]);
      if (head.names.length > 0) {
        const closeness = trunkScores(head.names, question.meaning);
        put(values.length > 0 ? m + 6 : m + 4, c => 10 * closeness[c]);
      }
    }
    const said = counts(head, question);
    const total = said.reduce((a, b) => a + b, 0);
    if (total > 0) {
      put(7, c => Math.log((said[c] + 0.5) / (total + 0.5 * count)));
      putOrdinal(11, c => said[c]);
    }
    return all;
  }

  function counts(head, question) {
    const samples = (question.samples || []).map(String);
    return head.options.map(option => samples.filter(sample => sample === option).length);
  }

  /** Mean of the beliefs of population and members, by how well each has predicted the user. */
  function mix(head, z, population) {
    const offset = z.map(row => row.reduce((sum, value, i) => sum + value * population[i], 0));
    const losses = [head.populationLoss].concat(head.members.map(member => member.loss));
    const least = losses.reduce((a, b) => Math.min(a, b));
    const mixed = offset.map(() => 0);
    let total = 0;
    losses.forEach((loss, m) => {
      const odds =
        head.members.length === 0 ? 1 : (m === 0 ? 10 : 1) * Math.exp(least - loss);
      const belief = softmax(
        m === 0
          ? offset
          : z.map((row, c) =>
              row.reduce((sum, value, i) => sum + head.members[m - 1].delta[i] * value, offset[c])));
      belief.forEach((p, c) => (mixed[c] += odds * p));
      total += odds;
    });
    return mixed.map(p => p * (1 / total));
  }

  /** The first of the greatest. */
  const best = values => values.reduce((b, value, c) => (value > values[b] ? c : b), 0);

  /** The worth of each option to the task's metric under a belief. */
  function worth(head, belief) {
    const loss = LOSSES[head.metric];
    return loss === undefined
      ? belief
      : head.options.map(answer =>
          -head.options.reduce((sum, option, c) => sum + belief[c] * loss(option - answer), 0));
  }

  /** The option of most samples, the likelier of equals; of ordered options the lower median. */
  function plain(head, said, total, beliefs) {
    if (head.metric in LOSSES) {
      let below = 0;
      return said.findIndex(one => 2 * (below += one) >= total);
    }
    const most = said.reduce((a, b) => Math.max(a, b));
    return best(beliefs.map((p, c) => (said[c] === most ? p : -1)));
  }

  /**
   * Chooses an option.
   *
   * @param question {words, meaning, samples, past}: the question's vectors by the base's encoders
   *     (meaning only for a base with such an encoder), options that an LLM said (left out if none
   *     was asked), and what the user answered before, oldest first, each item {option, words,
   *     meaning, sharedWords}: its option, the vectors of its input, and BM25's score of it for the
   *     question, left out if it is not known
   * @return {answer, beliefs, fellBack}: beliefs in the order of head.options
   */
  function choose(head, question) {
    const said = counts(head, question);
    const total = said.reduce((a, b) => a + b, 0);
    const population = total > 0 ? head.adapter : head.adapterUnsampled;
    const beliefs = mix(head, features(head, question), population);
    const fellBack = total > 0 && head.fallsBack;
    const values = worth(head, beliefs);
    let answer = best(values);
    if (fellBack) {
      answer = plain(head, said, total, beliefs);
    } else if (total > 0 && head.margin !== 0) {
      const own = best(worth(head, said.map(one => one / total)));
      answer = values[answer] - values[own] > head.margin ? answer : own;
    }
    return {answer: head.options[answer], beliefs, fellBack};
  }

  return {read, choose};
})();

if (typeof module === "object") {
  module.exports = hydraHead;
}
