/** Consumer lag as the broker tells it. */
package io.hydra.infra.lag;
