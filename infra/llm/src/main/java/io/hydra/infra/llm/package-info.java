/**
 * A simulated LLM: a server that speaks OpenAI's chat completions and needs no key, no network and
 * no weights. See {@link io.hydra.infra.llm.SimulatedLlm} for what it is and what a figure measured
 * on it can and cannot say.
 *
 * <p>This package has the server (OpenAI's wire format over the JDK's HTTP server) and the faults
 * that it makes on request; {@code model} has what is learned at the start from sample text, the
 * reading of messages, and the answers.
 */
package io.hydra.infra.llm;
