/** Health and metrics of services, read from their operations ports. */
package io.hydra.infra.lag.services;
