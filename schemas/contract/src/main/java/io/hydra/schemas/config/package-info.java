/** The form of settings and of messages about wrong ones, the same for every program. */
package io.hydra.schemas.config;
