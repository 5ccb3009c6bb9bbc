/** What the server does wrong when it is told to. */
package io.hydra.infra.llm.fault;
