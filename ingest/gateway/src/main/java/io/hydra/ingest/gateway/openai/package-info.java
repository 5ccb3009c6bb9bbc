/** The part of OpenAI's API that its clients need: a changed base URL and key, and they work. */
package io.hydra.ingest.gateway.openai;
