/** The black-box LLM: one attempt, and attempts within a deadline. */
package io.hydra.serving.llm;
