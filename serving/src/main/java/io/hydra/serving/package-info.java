/** Queries in, personalized answers out: the program and how its parts are joined. */
package io.hydra.serving;
