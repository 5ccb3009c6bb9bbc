"use strict";

function rate(perSecond) {
  if (perSecond === 0) return "0/s";
  if (perSecond < 1 / 60) return "<1/min";
  if (perSecond < 0.995) return `${Math.max(1, Math.round(60 * perSecond))}/min`;
  return perSecond < 9.95 ? `${Number(perSecond.toFixed(1))}/s` : `${count(perSecond)}/s`;
}

// Where the figures are; the names are those of docs/metrics.md.
const FLINK = "flink_taskmanager_job_task_operator_hydra_";
const counters = (data, name) => data.figures && data.figures.counters[name] || {};
const gauges = (data, name) => data.figures && data.figures.gauges[name] || {};
const distributions = (data, name) => data.figures && data.figures.distributions[name] || {};
const missing = data => data.services === null
  ? "no services are configured (--service of the monitor)"
  : data.figures ? "no service that answers tells it" : "the services have not been read yet";
const TOO_NEW = "a rate needs two readings";

// The rate of one or several counters over their labels, or over some of them; null if none is known.
function sum(data, names, labels) {
  const rates = [].concat(names).map(name => Object.entries(counters(data, name))).flat()
    .filter(entry => !labels || labels.includes(entry[0]))
    .map(entry => entry[1].perSecond).filter(each => each !== null);
  return rates.length ? rates.reduce((a, b) => a + b, 0) : null;
}

// Words, so that nothing is told by colour or shape alone.
const STATES = {
  OK: ["ok", "✓ OK"], WARN: ["warn", "! warn"], ERROR: ["error", "✕ error"], NOT_FOUND: ["none", "no offset"],
  ENDED: ["none", "no member"], READY: ["ok", "✓ ready"], NOT_READY: ["warn", "! not ready"], SILENT: ["error", "✕ no answer"], UNKNOWN: ["none", "answers"],
};
const TRENDS = {GROWING: "↗ growing", STEADY: "→ steady", SHRINKING: "↘ shrinking"};
const badge = state => el("span", {class: `badge ${STATES[state][0]}`}, STATES[state][1]);
const words = name => name.toLowerCase().replace(/_/g, " ");
const services = (data, name) => (data.services || []).filter(each => each.name === name || each.name.startsWith(`${name}-`));

// Flow: lanes of places with arrows between them.
function flow(data) {
  const place = (kind, name, about, state) => el("li", {class: `place ${kind} ${state || ""}`}, [el("span", {}, name), about ? small(about) : null]);
  const app = about => place("app", "app", about);
  const service = name => {
    const worst = ["SILENT", "NOT_READY", "UNKNOWN", "READY"].find(state => services(data, name).some(each => each.state === state));
    return place("service", name, worst ? STATES[worst][1] : null, worst ? STATES[worst][0] : "none");
  };
  const topic = (name, groupName) => {
    const group = (data.groups || []).find(each => each.group === groupName);
    const lag = group && group.topics[name];
    const behind = lag && lag.seconds !== null ? `${time(lag.seconds)} behind` : null;
    return place("topic", name, behind, lag ? STATES[lag.status][0] : "none");
  };
  const arrow = (perSecond, why, about) => el("li", {class: `arrow ${perSecond === null ? "dark" : perSecond > 0 ? "moving" : "still"}`}, [
    hidden("to "), el("span", {class: "rate"}, known(perSecond, why, rate)), about ? small(about) : null]);
  const plain = el("li", {class: "arrow still"}, hidden("to"));
  const grows = name => arrow(data.topics[name] ?? null, "no group reads this topic, or it was read once so far");
  const counts = (names, labels, about) =>
    arrow(sum(data, names, labels), [].concat(names).some(name => Object.keys(counters(data, name)).length) ? TOO_NEW : missing(data), about);
  // Verdicts go round the trigger, which counts the requests of histories alone.
  const passed = `${FLINK}verdicts_verdict_total`;
  const requests = [`${FLINK}head_requests_reason_total`, passed];
  const verdicts = sum(data, passed);
  const tokens = sum(data, "hydra_serving_llm_tokens_total");
  const lane = (name, places) => el("li", {}, [el("h3", {}, name), el("ol", {}, places)]);
  return el("ul", {class: "lanes"}, [
    lane("Histories", [app("behaviour, verdicts"), grows("hydra.events"), topic("hydra.events", "hydra-stream-processor"),
      counts(`${FLINK}events_total`), service("stream-processor"),
      counts(`${FLINK}writes_effect_total`, ["entered", "replaced"]), place("store", "Redis", "histories")]),
    lane("Heads", [service("stream-processor"), counts(requests, null, verdicts === null ? null : `verdicts ${rate(verdicts)}`),
      topic("hydra.head-requests", "hydra-trainer"), counts("hydra_trainer_requests_total"), service("trainer"),
      counts("hydra_trainer_requests_total", ["fitted"]), topic("hydra.heads", "hydra-heads-writer"),
      counts("hydra_trainer_heads_written_total"), place("store", "Redis", "heads")]),
    lane("Answers", [app("queries"), grows("hydra.queries"), topic("hydra.queries", "hydra-serving"), plain, service("serving"),
      counts("hydra_serving_queries_total"), place("topic", "hydra.responses"), plain, app("answers")]),
    lane("LLM", [service("serving"), counts("hydra_serving_llm_calls_total", null, tokens === null ? null : `tokens ${rate(tokens)}`), place("store", "LLM")]),
    lane("Feedback", [service("serving"), counts("hydra_serving_exposures_total", ["WRITTEN"]), topic("hydra.exposures", "hydra-trainer"),
      counts("hydra_trainer_exposures_total"), service("trainer"), counts("hydra_trainer_verdicts_total"), place("topic", "hydra.verdict-outcomes"), plain, app("what they taught")]),
  ]);
}

// Groups. Nobody reads for a group of another's that has no member, so nothing is late for anybody.
const stateOf = group =>
  group.state === "EMPTY" && group.members === 0 && !group.group.startsWith("hydra-") ? "ENDED" : group.status;

function sparkline(history) {
  const seen = history.filter(each => each !== null);
  if (!seen.length) return unknown("no lag was read in the last ten minutes");
  const top = Math.max.apply(null, seen);
  const x = i => (i * 120 / Math.max(1, history.length - 1)).toFixed(1);
  const y = value => (27 - 25 * value / Math.max(top, 1)).toFixed(1);
  const runs = [];
  history.forEach((value, i) => {
    if (value === null) return;
    if (i === 0 || history[i - 1] === null) runs.push([]);
    runs[runs.length - 1].push(i);
  });
  const line = run => run.map(i => `${x(i)},${y(history[i])}`).join(" ") + (run.length === 1 ? ` ${x(run[0] + 0.5)},${y(history[run[0]])}` : "");
  const label = `Lag of the last ten minutes: at most ${time(top)}, last ${time(seen[seen.length - 1])}`;
  return [
    el("svg", {viewBox: "0 0 120 28", role: "img", "aria-label": label, preserveAspectRatio: "none"}, runs.map(run => [
      el("polygon", {points: `${x(run[0])},28 ${line(run)} ${x(run[run.length - 1])},28`}, []),
      el("polyline", {points: line(run)}, [])])),
    small(`at most ${time(top)}`)];
}

// Roles are named, since a narrow screen shows these rows as cards, which would take them away.
function groups(data) {
  if (data.groups === null) return el("p", {class: "note"}, "Not known: the cluster has not been read for a minute or more.");
  if (!data.groups.length) return el("p", {class: "note"}, "The cluster has no group that is watched.");
  const cell = (css, children) => el("td", {role: "cell", class: css}, children);
  const catchUp = group => group.lag === null || group.lag === 0 ? null
    : group.catchUpSeconds !== null ? `caught up in ${time(group.catchUpSeconds)}`
    // Of a group that keeps up there is always something under way.
    : stateOf(group) === "OK" && group.trend !== "GROWING" ? null : "does not catch up";
  const row = group => [
    el("tr", {role: "row", class: STATES[stateOf(group)][0]}, [
      el("th", {role: "rowheader", scope: "row"}, [group.group, small([words(group.type), words(group.state), plural(group.members, "member")].join(" · "))]),
      cell("status", badge(stateOf(group))),
      cell("behind", [el("b", {}, known(group.lagSeconds, "the record at the group's offset could not be read", time)),
        group.lag === null ? null : small(plural(group.lag, "record")),
        group.unread === null || group.lag === 0 ? null : small(`${count(group.unread)} not read yet`)]),
      cell("trend", [TRENDS[group.trend] || unknown("it has not been watched for long enough"), catchUp(group) ? small(catchUp(group)) : null]),
      cell("spark", sparkline(group.history))]),
    group.why ? el("tr", {role: "row", class: "why"}, el("td", {role: "cell", colspan: "5"}, group.why)) : null];
  const rest = data.cluster.groups - data.groups.length;
  return [
    el("table", {role: "table", class: "groups"}, [
      el("caption", {}, "Worst first. Behind is the age of the first record not consumed."),
      el("thead", {role: "rowgroup"}, el("tr", {role: "row"}, ["Group", "Status", "Behind", "Trend", "Last ten minutes"].map(name =>
        el("th", {role: "columnheader", scope: "col"}, name)))),
      data.groups.map(group => el("tbody", {role: "rowgroup"}, row(group)))]),
    rest > 0 ? el("p", {class: "note"}, `${count(rest)} more are at /lag.`) : null];
}

// Tables of a name and numbers.
const table = (caption, columns, rows) => el("table", {}, [
  el("caption", {}, caption),
  el("thead", {}, el("tr", {}, columns.map(name => el("th", {scope: "col"}, name)))),
  el("tbody", {}, rows)]);
const row = (name, cells, css) => el("tr", {class: css || ""}, [el("th", {scope: "row"}, name), cells.map(each => el("td", {}, each))]);

function times(data) {
  const line = (name, metric, label, css) => {
    const found = distributions(data, metric)[label];
    const why = !found ? missing(data) : found.perSecond === null ? TOO_NEW : "there was none in the last minute";
    return row(name, ["p50", "p95", "p99"].map(share => known(found && found[share], why, time))
      .concat([known(found && found.perSecond, why, rate)]), css);
  };
  const stages = Object.keys(distributions(data, "hydra_serving_stage_seconds")).filter(each => each !== "total");
  return table("The last minute", ["From → to", "p50", "p95", "p99", "Rate"], [
    line("event → history", `${FLINK}event_to_history_seconds`, ""),
    line("head request → head", "hydra_trainer_request_to_head_seconds", ""),
    line("query → response", "hydra_serving_stage_seconds", "total"),
    stages.map(stage => line(`in ${words(stage)}`, "hydra_serving_stage_seconds", stage, "part")),
    line("LLM request → reply", "gen_ai_client_operation_duration_seconds", ""),
    canary(data) ? line("canary query → response", "hydra_canary_seconds", "answer") : null].filter(Boolean));
}

// Who is to be looked at when the canary fails at a stage.
const STAGES = {publish: "the broker", answer: "serving and the LLM", history: "the stream processor and Redis", head: "the trainer"};

// The canary: {age, interval} in seconds, and the stages that failed in the last minute; null if none runs, or it is not known. Before the first round the age counts from the start.
function canary(data) {
  const age = gauges(data, "hydra_canary_passed_age_seconds")[""];
  const interval = gauges(data, "hydra_canary_interval_seconds")[""];
  const rounds = counters(data, "hydra_canary_rounds_total");
  const {passed} = rounds;
  const failed = Object.keys(STAGES).filter(each => rounds[each] && rounds[each].perSecond > 0);
  return age === undefined || interval === undefined ? null
    : {age, interval, late: age > 3 * interval + 60, failed, passed: passed && passed.total > 0 ? `passed ${time(age)} ago` : "has not passed yet"};
}
function canaryNote(data) {
  const found = canary(data);
  return found ? el("p", {class: "note"}, `The canary, one round in ${time(found.interval)}, ${found.passed}.`) : null;
}

// Tables of counters: title, of what [counter, how a label reads (null: not here), whether a rise is bad], and which labels are bad to rise.
const COUNTS = [
  {title: "Responses by status", of: [["hydra_serving_queries_total", label => words(label)]], bad: label => !["ok", "degraded"].includes(label.toLowerCase())},
  {title: "Head updates by outcome", of: [["hydra_trainer_requests_total", label => words(label)]], bad: label => label === "rejected"},
  {title: "Verdicts by outcome", of: [["hydra_trainer_verdicts_total", label => words(label)]], bad: label => label === "late"},
  {title: "Exposures", of: [["hydra_serving_exposures_total", label => words(label)]], bad: label => label === "LOST"},
  {title: "LLM", of: [["hydra_serving_llm_calls_total", () => "calls"], ["hydra_serving_llm_tokens_total", label => `${label} tokens`],
    ["hydra_serving_llm_failures_total", label => `failed: ${words(label)}`, true]]},
  {title: "Dead letters by topic", of: [["hydra_serving_dead_letters_total", label => label, true], ["hydra_trainer_dead_letters_total", label => label, true],
    [`${FLINK}rejected_exception_total`, label => `hydra.events.dlq: ${label}`, true],
    [`${FLINK}writes_effect_total`, label => label === "refused" ? "hydra.events.dlq: refused by the store" : null, true]]},
];

// Every count of a table: {name, total, perSecond, bad}.
const counted = (data, one) => one.of.map(([metric, name, bad]) =>
  Object.entries(counters(data, metric)).map(([label, value]) =>
    ({name: name(label), total: value.total, perSecond: value.perSecond, bad: Boolean(bad || one.bad && one.bad(label))}))).flat().filter(each => each.name);

function counts(data) {
  return COUNTS.map(one => {
    const found = counted(data, one);
    return !found.length
      ? el("div", {}, [el("h3", {}, one.title), el("p", {class: "note"}, `— not known: ${missing(data)}`)])
      : table(one.title, [hidden("Kind"), "Rate", "Since start"], found.map(each =>
        row(each.name, [known(each.perSecond, TOO_NEW, rate), count(each.total)], each.bad && each.perSecond > 0 ? "bad" : each.total === 0 ? "zero" : "")));
  });
}

// What answers are worth, and what calls they saved.
const HISTORIES = ["all", "no", "1 to 5", "6 to 20", "21 and more"];
const GAIN = {mean: "hydra_trainer_gain_mean", low: "hydra_trainer_gain_low", high: "hydra_trainer_gain_high"};
const signed = value => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(3)}`;

// The gains of cohorts: {task, history, answers, value, low, high}, all users of a task before some.
function gains(data) {
  const of = name => gauges(data, GAIN[name]);
  return Object.keys(of("mean")).map(key => {
    const history = HISTORIES.find(each => key.startsWith(`${each} `));
    const answers = counters(data, "hydra_trainer_gain_answers_total")[key];
    return history === undefined || !answers || !(key in of("low")) || !(key in of("high")) ? null
      : {task: key.slice(history.length + 1), history, answers: answers.total, value: of("mean")[key], low: of("low")[key], high: of("high")[key]};
  }).filter(Boolean).sort((a, b) =>
    a.task < b.task ? -1 : a.task > b.task ? 1 : HISTORIES.indexOf(a.history) - HISTORIES.indexOf(b.history));
}
const cohort = gain => `${gain.task}, ${gain.history === "all" ? "all users" : `${gain.history} events told`}`;

// As the alerts of these names have it.
function harms(data) {
  const all = gains(data);
  return all.filter(each => each.high < 0).map(each => each.history === "all"
    ? ["warn", "HydraPersonalizationHarms", `plain sampling's answers would serve users of ${each.task} better (95 % confidence)`]
    : all.some(other => other.task === each.task && other.history === "all" && other.low > 0)
      ? ["warn", "HydraCohortLoses", `users of ${each.task} gain, but plain sampling's answers would serve those with ${each.history} events told better (95 % confidence)`]
      : null).filter(Boolean);
}

// Curves of the last day: [name, points], of which x is in hours from now; reach: what the scale shows at least.
function day(heading, aside, y, curves, reach) {
  const known = curves.filter(([, points]) => points.length);
  return known.length === 0 ? null : figure({heading, aside, x: "hours ago", y, reach,
    ticks: [-24, -18, -12, -6, 0].map(at => ({at, label: String(-at)})),
    series: known.map(([name, points]) => ({name, strong: false, points}))});
}
function points(data, values, low, high) {
  const at = i => (i + 1 - values.length) * data.worth.hours;
  return values.map((value, i) => value === null ? null : {x: at(i), y: value, low: low && low[i], high: high && high[i]})
    .filter(Boolean);
}

function worth(data) {
  const found = gains(data);
  const cohorts = found.length === 0 ? null : figure({heading: "Gain by events told", aside: "mean since the trainer's start, 95 % bounds", label: "Mean gain with bounds",
    x: "gain, −1 to 1", strong: "", rows: found.map(each => ({name: `${cohort(each)} (${count(each.answers)})`, value: each.value, low: each.low, high: each.high,
      shown: signed(each.value)}))});
  const tasks = Object.entries(data.worth.gains).filter(([, gain]) => gain.mean && gain.low && gain.high);
  const time = day("Gain over time", "all users, mean so far, 95 % bounds", "gain, −1 to 1", tasks.map(([task, gain]) => [task, points(data, gain.mean, gain.low, gain.high)]));
  const saved = day("Answers without a call of the LLM", "in the last minute of each quarter of an hour", "% of answers",
    [["no call", points(data, data.worth.unasked.map(each => each === null ? null : 100 * each), null, null)]], 10);
  const worst = found.filter(each => each.history !== "all").sort((a, b) => a.value - b.value)[0];
  const harmed = Array.from(new Set(harms(data).map(each => each[1])));
  return [
    cohorts || time || saved ? el("div", {class: "plots"}, [cohorts, saved, time]) : null,
    found.length === 0
      ? el("p", {class: "note"}, `Gains are not known: users who rewrite an answer, or choose another candidate, tell of them.`)
      : el("p", {class: "note"}, ["Gain is the quality of an answer less that of plain sampling's answer: above 0, personalization pays. It is known where users rewrote an answer or chose another candidate; the number of such answers is in brackets. ",
        worst ? `Worst cohort: ${cohort(worst)}, gain ${signed(worst.value)}, between ${signed(worst.low)} and ${signed(worst.high)} (95 %), of ${plural(worst.answers, "answer")}. ` : "",
        harmed.length ? `Alerts: ${harmed.join(", ")}.` : "No alert (HydraPersonalizationHarms, HydraCohortLoses)."]),
    el("p", {class: "note"}, savings(data)),
    turns(data) ? el("p", {class: "note"}, turns(data)) : null].filter(Boolean);
}

// A counter over its labels, or over some of them; null if it is not known.
function total(data, name, labels) {
  const found = Object.entries(counters(data, name));
  return found.length ? found.filter(each => !labels || labels.includes(each[0])).reduce((all, each) => all + each[1].total, 0) : null;
}

// Users whom their heads do not serve, and those whose behaviour turned, as far as it is known.
function turns(data) {
  const fellBack = total(data, "hydra_serving_fell_back_total");
  const turned = total(data, "hydra_trainer_shifted_fits_total");
  const fits = total(data, "hydra_trainer_requests_total", ["fitted"]);
  return (fellBack === null ? "" : `Since start ${plural(fellBack, "answer")} fell back to plain sampling's. `)
    + (turned === null ? "" : `${plural(turned, "fit")} of ${count(fits)} found that a user's behaviour had turned.`);
}

// What the answers without a call saved, at the mean price of the others.
function savings(data) {
  const answers = total(data, "hydra_serving_queries_total", ["OK", "DEGRADED"]);
  const unasked = total(data, "hydra_serving_unasked_total");
  if (!answers) return `Saved calls are not known: ${missing(data)}.`;
  const each = answers > unasked ? total(data, "hydra_serving_llm_tokens_total") / (answers - unasked) : 0;
  return `Since start ${count(unasked)} of ${plural(answers, "answer")} (${Math.round(100 * unasked / answers)} %) needed no call of the LLM`
    + (unasked && each ? `: about ${count(Number((unasked * each).toPrecision(2)))} tokens saved, at ${count(each)} for each of the others.` : ".");
}

function processes(data) {
  if (data.services === null) return el("p", {class: "note"}, "Not configured: name the services to the monitor by --service NAME=URL.");
  if (!data.services.length) return el("p", {class: "note"}, "Not read yet.");
  return table("Restarts are those that the monitor has seen", ["Process", "State", "Up for", "Restarts"], data.services.map(each =>
    row(each.name, [[badge(each.state), each.reasons.map(small)], known(each.upSeconds, "it has not told its start", time), count(each.restarts)])));
}

// What an operator has to look at, the gravest first: [css, subject, sentence].
function attention(data) {
  const cluster = data.cluster.trouble ? [["error", `cluster ${data.cluster.name}`, data.cluster.trouble]] : [];
  const bad = (data.groups || []).filter(each => ["ERROR", "WARN"].includes(stateOf(each)))
    .map(each => [STATES[each.status][0], each.group, each.why || "falls behind"]);
  const down = (data.services || []).filter(each => each.state === "SILENT" || each.state === "NOT_READY")
    .map(each => [STATES[each.state][0], each.name, (each.reasons.join("; ") || "is not ready")
      + (each.state === "SILENT" ? ": see whether it runs, and its log" : "")]);
  const away = Object.entries(gauges(data, "hydra_outage")).filter(([, services]) => services > 0)
    .map(([name, services]) => ["error", name, `${plural(services, "service")} wait${services === 1 ? "s" : ""} for it`]);
  const store = Object.values(gauges(data, `${FLINK}store_away`)).some(each => each > 0)
    ? [["error", "stream-processor", "waits for Redis"]] : [];
  const silent = canary(data) && canary(data).late
    ? [["error", "canary", `no event and query has gone the whole way for ${time(canary(data).age)}${
      canary(data).failed.map(each => `; it fails at ${each}: look at ${STAGES[each]}`).join("")}`]] : [];
  const rising = COUNTS.map(one => counted(data, one).filter(each => each.bad && each.perSecond > 0)
    .map(each => ["warn", one.title, `${each.name} ${rate(each.perSecond)}`])).flat();
  const all = cluster.concat(down, away, store, silent, bad, rising, harms(data), data.cluster.problems.map(each => ["warn", each.subject, each.reason]));
  return all.filter(each => each[0] === "error").concat(all.filter(each => each[0] !== "error"));
}

// The whole page by the ids of its parts; silentFor: seconds since the monitor answered last, or null if it does.
function view(data, heldFor, silentFor) {
  const found = attention(data);
  const age = seconds => time(Math.round(seconds + heldFor));
  const read = data.cluster.ageSeconds === null ? "lag not read" : `lag read ${age(data.cluster.ageSeconds)} ago`;
  const told = data.servicesAgeSeconds === null ? "" : `, services ${age(data.servicesAgeSeconds)} ago`;
  const silence = silentFor === null ? [] : [["error", "lag monitor", `no answer for ${time(Math.round(silentFor))}: what follows is of then`]];
  const title = found.length ? `${plural(found.length, "thing")} to look at` : "Nothing needs attention";
  return {
    cluster: [data.cluster.name],
    age: [read + told],
    headline: [silentFor === null ? title : "The monitor does not answer"],
    attention: silence.concat(found).map(([css, subject, sentence]) => el("li", {class: css}, [el("b", {}, subject), ` ${sentence}`])),
    flow: [flow(data)], groups: [groups(data)].flat().filter(Boolean), times: [times(data), canaryNote(data)].filter(Boolean), counts: counts(data), worth: worth(data), processes: [processes(data)],
  };
}

function start() {
  let data = null;
  let answeredAt = performance.now();
  let silent = false;
  let paused = false;
  const button = document.getElementById("pause");
  const since = () => (performance.now() - answeredAt) / 1000;
  const draw = () => {
    if (data === null) {
      if (silent) patch(document.getElementById("headline"), ["The monitor does not answer"]);
      return;
    }
    const parts = view(data, since(), silent ? since() : null);
    if (paused) parts.age = [`${parts.age[0]} · paused`];
    Object.entries(parts).forEach(([id, nodes]) => patch(document.getElementById(id), nodes));
    document.body.classList.toggle("stale", silent);
    document.title = `${silent ? "?" : attention(data).length || "✓"} hydra ${data.cluster.name}`;
  };
  const ask = () => {
    if (paused || document.hidden) return Promise.resolve();
    return fetch("overview", {signal: AbortSignal.timeout(5000)})
      .then(answer => answer.ok ? answer.json() : Promise.reject(new Error(String(answer.status))))
      .then(got => { data = got; answeredAt = performance.now(); silent = false; }, () => { silent = true; });
  };
  const repeat = () => ask().then(draw).then(() => setTimeout(repeat, 2000));
  button.addEventListener("click", () => {
    paused = !paused;
    button.setAttribute("aria-pressed", String(paused));
    draw();
  });
  document.addEventListener("visibilitychange", () => ask().then(draw));
  setInterval(draw, 1000);
  repeat();
}

if (typeof document !== "undefined") start();
