/**
 * A simulated LLM: a server that speaks OpenAI's chat completions and needs no key, no network and
 * no weights. See {@link io.hydra.infra.llm.SimulatedLlm} for what it is and what a figure measured
 * on it can and cannot say.
 *
 * <p>{@code text} words and weights; {@code prior} what is learned at start; {@code prompt} what
 * the messages say; {@code model} the answers; {@code fault} what goes wrong on request; {@code
 * http} the server.
 */
package io.hydra.infra.llm;
