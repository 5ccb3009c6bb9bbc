/** Words, their weights, and the rule by which tokens are counted. */
package io.hydra.infra.llm.text;
