/** What services say of themselves on their operations ports: health and metrics. */
package io.hydra.infra.lag.services;
