/** How settings are written, the same for every program. */
package io.hydra.schemas.config;
