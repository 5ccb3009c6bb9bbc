/**
 * A simulated LLM: a server that speaks OpenAI's chat completions and needs no key, no network and
 * no weights. See {@link io.hydra.infra.llm.SimulatedLlm} for what it is and what a figure measured
 * on it can and cannot say.
 *
 * <p>Here the server, OpenAI's wire format over the JDK's HTTP server, and what goes wrong in it on
 * request; in {@code model} what is learned at start from sample text, what the messages say, and
 * the answers.
 */
package io.hydra.infra.llm;
