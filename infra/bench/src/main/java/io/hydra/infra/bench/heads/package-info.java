/** What the model costs: time per operation beside the least it could take, and bytes per user. */
package io.hydra.infra.bench.heads;
