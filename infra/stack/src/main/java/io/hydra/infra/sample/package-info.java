/** The sample that the demo streams when it is given no data: a seeded generator of readers. */
package io.hydra.infra.sample;
