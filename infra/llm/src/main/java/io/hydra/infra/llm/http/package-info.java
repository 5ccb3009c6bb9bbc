/** OpenAI's wire format over the JDK's HTTP server, on loopback only. */
package io.hydra.infra.llm.http;
