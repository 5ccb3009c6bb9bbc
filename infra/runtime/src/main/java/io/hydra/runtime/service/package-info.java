/**
 * The frame of every program ({@link io.hydra.runtime.service.Program}) and service ({@link
 * io.hydra.runtime.service.Service}): exit codes, signals, the order in which parts are closed.
 */
package io.hydra.runtime.service;
