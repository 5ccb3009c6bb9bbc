"use strict";

// The ways to answer, in their order. Each is one query.
const WAYS = {
  plain: ["Plain LLM", "nothing of the user", {personalize: false}],
  latest: ["Last items", "the newest items in the prompt", {trial: {items: "latest"}}],
  retrieved: ["RAG", "the most similar items in the prompt", {trial: {items: "retrieved"}}],
  hydra: ["hydra", "reranked items, samples chosen by the user's head", {}],
  without: ["hydra without an item", "", {}],
};
const SHOWN_ITEMS = 20;
const cut = (text, most) => text.length > most ? `${text.slice(0, most)}…` : text;
const share = value => `${(100 * value).toFixed(value > 0 && value < 0.1 ? 1 : 0)} %`;
const bar = (value, css, label) => el("svg", {class: "bar", viewBox: "0 0 100 6", preserveAspectRatio: "none", role: "img", "aria-label": label},
  [el("rect", {class: "whole", width: "100", height: "6"}, []), el("rect", {class: css, width: String(Math.round(1000 * value) / 10), height: "6"}, [])]);
const button = (action, value, text) => el("button", {type: "button", "data-action": action, "data-value": String(value)}, text);

// Without the wait for the user's earlier queries: the columns are answered one after the other.
const working = response => response.timings.filter(each => !["queue", "total"].includes(each.stage)).reduce((sum, each) => sum + each.micros, 0) / 1e6;
const cost = response => [time(working(response)), plural(response.llm_calls, "call"),
  `${count(response.prompt_tokens)} + ${count(response.completion_tokens)} tokens`].join(" · ");

function itemsOf(state, name, response) {
  if (!response.items.length) return null;
  const known = new Map((state.history ? state.history.items : []).map(item => [item.event_id, item]));
  return [el("h4", {}, "Items in the prompt"), el("ol", {}, response.items.map(used => {
    const item = known.get(used.event_id);
    return el("li", {}, [
      item ? [cut(item.input, 90), " → ", el("b", {}, cut(item.output, 60))] : unknown("it is not in the history any more"),
      used.score ? small(`usefulness ${share(used.score)}`) : null,
      name === "hydra" ? button("without", used.event_id, "Answer without it") : null]);
  }))];
}

function candidatesOf(name, response) {
  if (!response.candidates.length) return null;
  const rows = response.candidates.slice(0, 8).map((candidate, i) => el("li", {}, [
    el("b", {}, cut(candidate.text, 160)), ` ${share(candidate.score)}`,
    bar(candidate.score, "part", `score ${share(candidate.score)}`),
    candidate.population === null ? null
      : [bar(candidate.population, "was", `without the head ${share(candidate.population)}`), small(`without the head ${share(candidate.population)} · ${plural(candidate.samples, "sample")}`)],
    name === "hydra" && candidate.text !== response.text ? button("choose", i, "Choose this") : null]));
  return [el("h4", {}, "Candidates"), el("ol", {}, rows)];
}

// What the head changed. Where a task counts how far off an answer is, the most likely need not be the answer.
function moved(response) {
  const scored = response.candidates.filter(each => each.population !== null);
  if (!scored.length || !response.head) return null;
  const most = key => scored.reduce((best, each) => each[key] > best[key] ? each : best).text;
  const [own, other] = [most("score"), most("population")];
  return el("p", {class: "moved"}, [own === other
    ? "With and without the head the same is the most likely."
    : ["The head moved the choice: without it, ", el("b", {}, cut(other, 160)), " is the most likely, with it ", el("b", {}, cut(own, 160)), "."],
    own === response.text ? null : " The answer is another, since it counts how far off each would be."]);
}

const VERDICTS = () => el("div", {class: "verdicts", role: "group", "aria-label": "Your verdict on hydra's answer"},
  [button("accept", "", "Accept"), button("reject", "", "Reject"), button("edit", "", "Edit…")]);

function column(state, name) {
  const [title, about] = WAYS[name];
  const one = state.columns[name];
  const response = one.response;
  const body = response ? [
    el("p", {class: "answer"}, response.text || unknown("the answer has no text")),
    small(cost(response)),
    name === "hydra" ? [moved(response), response.status === "DEGRADED" ? el("p", {class: "note"}, response.reason) : null, VERDICTS()] : null,
    candidatesOf(name, response), itemsOf(state, name, response)]
    : el("p", {class: one.problem ? "answer failed" : "note"}, one.problem || "asked…");
  return el("article", {class: name === "hydra" ? "column own" : "column"}, [el("h3", {}, title), small(one.about || about), body]);
}

// Those whose prior does not lie around the population have this precision alone: the first knows nothing of it, the second counts.
const FREE = 1;
const priorOf = ({precision}, i, all) => precision !== FREE ? `the user, prior precision ${Number(precision.toPrecision(2))}`
  : all.findIndex(each => each.precision === FREE) === i ? "the user, whatever the population likes" : "the user, by what was said of each option";

// The weights of the user's head, beside those from before the last change.
function headOf(state) {
  const own = state.head;
  const learned = own
    ? `It has learned from ${plural(own.examples, "past answer")}, ${plural(own.verdicts, "verdict")} among them, up to version ${own.history_version} of the history.`
    : "There is no head yet: the population answers.";
  const now = state.columns.hydra && state.columns.hydra.response && state.columns.hydra.response.head;
  if (!now) return [el("h3", {}, "The head"), el("p", {class: "note"}, learned)];
  const before = state.before && state.before.head;
  const weights = head => head ? [head.population_weight].concat(head.priors.map(each => each.weight)) : [];
  const names = ["the population alone"].concat(now.priors.map(priorOf));
  const was = weights(before);
  const missing = () => state.before ? "was not there before" : unknown("nothing has changed since this page was opened");
  const fellBack = "This has lately been worth less than plain sampling, so the answer is plain sampling's.";
  return [el("h3", {}, "The head's say in the answer"), el("p", {class: "note"}, now.fell_back ? [learned, " ", fellBack] : learned), el("table", {}, [
    el("thead", {}, el("tr", {}, ["part", "weight", "before", "weight as a bar"].map((text, i) => el("th", {scope: "col"}, i === 3 ? hidden(text) : text)))),
    el("tbody", {}, weights(now).map((weight, i) => el("tr", {}, [
      el("th", {scope: "row"}, names[i]), el("td", {}, share(weight)),
      el("td", {}, was[i] === undefined ? missing() : share(was[i])),
      el("td", {}, [bar(weight, "part", `now ${share(weight)}`), was[i] === undefined ? null : bar(was[i], "was", `before ${share(was[i])}`)])])))])];
}

function watchOf(state) {
  const watch = state.watch;
  if (!watch) return [el("p", {class: "note"}, "Add an event, or give a verdict on hydra's answer, and see here how soon it counts.")];
  const steps = watch.steps.map(([text, ms]) => el("li", {}, [text, " ", el("b", {}, time(ms / 1000))]));
  return [el("ol", {"aria-label": `${watch.what}, then`}, [el("li", {}, watch.what)].concat(steps)),
    watch.note ? el("p", {}, watch.note) : null].filter(Boolean);
}

function historyOf(state) {
  if (!state.user) return [el("p", {class: "note"}, "Open a user first.")];
  const items = state.history ? state.history.items : [];
  if (!items.length) return [el("p", {class: "note"}, `Nothing is remembered of ${state.user} in ${state.task}.`)];
  const newest = items.slice().reverse().slice(0, SHOWN_ITEMS);
  return [el("h3", {}, `${plural(items.length, "item")}, version ${state.history.history_version}`),
    el("ol", {}, newest.map(item => el("li", {class: item.event_id === state.fresh ? "fresh" : "item"},
      [el("span", {}, cut(item.input, 240)), el("b", {}, cut(item.output, 120)), small(item.occurred_at.replace("T", " ").replace(/(\.\d+)?Z$/, " UTC"))]))),
    items.length > newest.length ? el("p", {class: "note"}, `${items.length - newest.length} older ones are not shown.`) : null].filter(Boolean);
}

function view(state) {
  const asked = Object.keys(WAYS).filter(name => state.columns[name]);
  return {
    calls: [`${plural(state.calls, "call")} of the LLM from this page`],
    columns: asked.map(name => column(state, name)),
    watch: watchOf(state), head: headOf(state), history: historyOf(state),
  };
}
