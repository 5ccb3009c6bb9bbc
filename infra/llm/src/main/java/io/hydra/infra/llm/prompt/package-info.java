/** Chat messages, and the few-shot question that they make. */
package io.hydra.infra.llm.prompt;
