/** The demo: the whole path, from events to personalized answers, with a verdict at the end. */
package io.hydra.infra.demo;
