"use strict";

function start() {
  const at = id => document.getElementById(id);
  const state = {user: null, task: null, history: null, head: null, columns: {}, before: null, watch: null, fresh: null, calls: 0};
  let busy = false;
  const draw = () => Object.entries(view(state)).forEach(([id, nodes]) => patch(at(id), nodes));
  const say = problem => { at("trouble").textContent = problem || ""; };
  const wait = ms => new Promise(done => setTimeout(done, ms));

  async function call(method, path, body) {
    const answer = await fetch(path, {method, cache: "no-store", signal: AbortSignal.timeout(70000),
      headers: Object.assign({Authorization: `Bearer ${at("key").value.trim()}`}, body ? {"Content-Type": "application/json"} : {}),
      body: body ? JSON.stringify(body) : undefined});
    const json = await answer.json().catch(() => ({}));
    if (answer.ok) return json;
    throw new Error(json.detail || json.error && json.error.message || `the gateway answers ${answer.status}`);
  }

  async function read(user, task) {
    const found = await call("GET", `v1/users/${encodeURIComponent(user)}`);
    if (user !== state.user || task !== state.task) return;
    state.history = found.tasks.find(each => each.task === task) || null;
    const base = state.columns.hydra && state.columns.hydra.response && state.columns.hydra.response.base_version;
    const heads = found.heads.filter(each => each.task === task);
    state.head = heads.find(each => each.base_version === base) || heads[0] || null;
  }

  async function ask(name, extra, about) {
    const one = state.columns[name] = {about};
    const body = Object.assign({user_id: state.user, task: state.task, input: at("input").value}, WAYS[name][2], extra);
    try {
      const response = await call("POST", "v1/queries", body);
      state.calls += response.llm_calls;
      one.response = response;
    } catch (e) {
      one.problem = e.message;
    }
    if (state.columns[name] === one) draw();
  }

  // Tells the change, then looks until `done` finds it in the history or the head, and asks again.
  async function watch(what, tell, stages, why) {
    const began = performance.now();
    const current = state.watch = {what, steps: []};
    const step = text => { current.steps.push([text, performance.now() - began]); draw(); };
    const {user, task} = state;
    const alive = () => state.watch === current && state.user === user && state.task === task;
    draw();
    await tell();
    step("Kafka has it after");
    for (const [text, done] of stages) {
      while (!done()) {
        if (!alive()) return;
        if (performance.now() - began > 20000) {
          current.note = `Not within 20 s: ${text.replace(/ after$/, "")}. ${why ? await why() : "The status page may say why."}`;
          draw();
          return;
        }
        await wait(60);
        await read(user, task);
      }
      step(text);
    }
    const old = state.columns.hydra && state.columns.hydra.response;
    if (!old) return;
    await ask("hydra", {input: state.question});
    const now = state.columns.hydra.response;
    if (!now || !alive()) return;
    state.before = old;
    step("asked again, the answer came after");
    current.note = now.text === old.text ? `hydra's answer is still “${cut(now.text || "", 120)}”.`
      : `hydra's answer was “${cut(old.text || "", 120)}” and is “${cut(now.text || "", 120)}” now.`;
    draw();
  }

  function verdict(fields, what) {
    const {response} = state.columns.hydra;
    const before = JSON.stringify(state.head);
    const user = state.user;
    let id = null;
    return watch(what,
      async () => { id = (await call("POST", "v1/feedback", Object.assign({query_id: response.query_id, user_id: user, task: state.task}, fields))).event_id; },
      [["the head has learned from it after", () => JSON.stringify(state.head) !== before]],
      async () => {
        const told = await call("GET", `v1/feedback/${encodeURIComponent(id)}?user_id=${encodeURIComponent(user)}`);
        return `The trainer says: ${told.outcome.replace("_", " ")}${told.reason ? `, ${told.reason}` : ""}.`;
      });
  }

  // One thing at a time; a second press while it goes on changes nothing.
  async function act(action) {
    if (busy) return;
    busy = true;
    document.body.setAttribute("aria-busy", "true");
    say("");
    try {
      await action();
    } catch (e) {
      say(e.message);
    } finally {
      busy = false;
      document.body.removeAttribute("aria-busy");
      draw();
    }
  }

  const onSubmit = (id, action) => at(id).addEventListener("submit", event => { event.preventDefault(); act(action); });

  async function open() {
    const models = await call("GET", "v1/models");
    const chosen = at("task").value || sessionStorage.getItem("task");
    const tasks = models.data.map(model => model.id.replace(/^hydra\//, ""));
    at("task").replaceChildren(...tasks.map(task => new Option(task, task, false, task === chosen)));
    at("task").disabled = false;
    Object.assign(state, {user: at("user").value.trim(), task: at("task").value, history: null, head: null, columns: {}, before: null, watch: null, fresh: null});
    ["key", "user", "task"].forEach(id => sessionStorage.setItem(id, at(id).value.trim()));
    const users = [...new Set([state.user, ...JSON.parse(sessionStorage.getItem("users") || "[]")])].slice(0, 20);
    sessionStorage.setItem("users", JSON.stringify(users));
    listUsers(users);
    await read(state.user, state.task);
    document.querySelectorAll("form button:disabled").forEach(each => { each.disabled = false; });
  }
  const listUsers = users => at("users").replaceChildren(...users.map(user => new Option(user)));

  onSubmit("who", open);
  at("task").addEventListener("change", () => act(open));
  at("new").addEventListener("click", () => {
    at("user").value = `try-${crypto.getRandomValues(new Uint32Array(1))[0].toString(36)}`;
    at("who").requestSubmit();
  });
  onSubmit("ask", async () => {
    Object.assign(state, {columns: {}, before: null, question: at("input").value});
    const all = ["plain", "latest", "retrieved", "hydra"].map(name => ask(name));
    draw();
    await Promise.all(all);
    await read(state.user, state.task);
  });
  onSubmit("event", async () => {
    const interaction = {input: at("event-input").value, output: at("event-output").value};
    let id = null;
    const inHistory = () => state.history && state.history.items.some(item => item.event_id === id);
    await watch("An event", async () => {
      id = (await call("POST", "v1/events", {user_id: state.user, task: state.task, interaction})).event_id;
      state.fresh = id;
    }, [["it is in the history after", inHistory],
      ["the head has learned from it after", () => state.head && state.head.history_version >= state.history.history_version]]);
    at("event").reset();
  });
  at("columns").addEventListener("click", event => {
    const pressed = event.target.closest("button[data-action]");
    if (!pressed) return;
    const value = pressed.dataset.value;
    const candidate = Number(value);
    act(() => ({
      accept: () => verdict({verdict: "accepted"}, "Accepted"),
      reject: () => verdict({verdict: "rejected"}, "Rejected"),
      choose: () => verdict({verdict: "chose", candidate}, "Another one chosen"),
      edit: () => {
        const text = prompt("What should the answer have been?", state.columns.hydra.response.text || "");
        return text && text.trim() ? verdict({verdict: "edited", text}, "Edited") : null;
      },
      without: () => {
        const item = state.history && state.history.items.find(each => each.event_id === value);
        const asking = ask("without", {input: state.question, trial: {without: [value]}},
          `without “${item ? cut(item.input, 60) : value}”, though the head may have learned from it; one call`);
        draw();
        return asking;
      },
    })[pressed.dataset.action]());
  });

  ["key", "user"].forEach(id => { at(id).value = sessionStorage.getItem(id) || ""; });
  listUsers(JSON.parse(sessionStorage.getItem("users") || "[]"));
  draw();
  if (at("key").value && at("user").value) act(open);
}

start();
