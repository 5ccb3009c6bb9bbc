/** Timers: tasks that run after a delay. */
package io.hydra.runtime.time;
