/**
 * One way to be a program ({@link io.hydra.runtime.service.Program}) and one to be a service
 * ({@link io.hydra.runtime.service.Service}): exit codes, signals, the order in which parts are
 * closed.
 */
package io.hydra.runtime.service;
