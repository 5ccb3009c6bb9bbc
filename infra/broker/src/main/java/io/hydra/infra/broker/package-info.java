/**
 * A real Kafka broker and controller in one process, for the embedded stack, benchmarks and fault
 * tests. Production uses its own cluster; nothing else in the project depends on this package.
 */
package io.hydra.infra.broker;
