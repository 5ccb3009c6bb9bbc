/** The bench of events into histories: a throw-away stack, a generator, what it reaches. */
package io.hydra.infra.bench.history;
