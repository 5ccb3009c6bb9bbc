/** The sample text that the simulated LLM has "seen", and what it learns from it at start. */
package io.hydra.infra.llm.prior;
