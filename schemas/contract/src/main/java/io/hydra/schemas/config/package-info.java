/** How settings are written, and how a wrong one is told of, the same for every program. */
package io.hydra.schemas.config;
