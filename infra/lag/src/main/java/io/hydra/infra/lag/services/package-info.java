/** Health and metrics of services, as they tell them on their operations ports. */
package io.hydra.infra.lag.services;
