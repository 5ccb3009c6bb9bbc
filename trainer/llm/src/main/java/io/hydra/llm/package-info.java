/**
 * The one client of a black-box LLM, for serving, base training and evaluation.
 *
 * <p>From outside in:
 *
 * <pre>
 * {@link io.hydra.llm.CachedLlm}    evaluation: replies kept on disk
 * {@link io.hydra.llm.BoundedLlm}   training and evaluation: so many requests under way, the rest queued
 * {@link io.hydra.llm.OpenAiLlm}    one request:
 *   Sampling       asks again, in parallel, for samples that the endpoint left out
 *   Attempts       repeats a call within the deadline, and without a field that was refused
 *   Circuit        lets none through for a while once most of the last ones found nobody
 *   Transport      one HTTP call, through openai-java
 *   ReplyReader    its reply, read
 * </pre>
 *
 * <p>Nothing here logs, keeps in an exception or repeats in a message what was said by either side.
 */
package io.hydra.llm;
