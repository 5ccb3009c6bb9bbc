/** What bounds the job: the same writes without Flink, measured. */
package io.hydra.infra.bench.ceiling;
