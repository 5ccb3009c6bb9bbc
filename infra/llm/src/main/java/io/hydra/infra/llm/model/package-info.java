/** How a prompt is answered: a distribution over the options, or a line of words of the input. */
package io.hydra.infra.llm.model;
