/** The part of OpenAI's API that lets its clients work with another base URL and key. */
package io.hydra.ingest.gateway.openai;
