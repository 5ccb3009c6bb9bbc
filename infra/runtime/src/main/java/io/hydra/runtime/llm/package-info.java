/** The LLM's address and key, as every service that calls it reads them. */
package io.hydra.runtime.llm;
