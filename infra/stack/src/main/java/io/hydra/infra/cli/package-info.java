/** The launcher's commands. */
package io.hydra.infra.cli;
