/**
 * A small process that starts again whatever of a stack ends.
 *
 * <p>What holds between it, {@code up} and {@code down}, which run as processes of their own:
 *
 * <ol>
 *   <li>It starts a component only while the component's record is dead and the stack is not marked
 *       as stopping ({@link io.hydra.infra.process.RunDirectory#markStopping()}). Each start writes
 *       the record atomically, so a reader of the records sees the old process or the new one.
 *   <li>{@code down} sets the mark first, then ends the supervisor, then reads the records. A start
 *       that was under way when the mark was set is finished and recorded before the supervisor
 *       ends, or undone by it.
 *   <li>The mark stays until the next {@code up}: a supervisor that comes too late sees it and
 *       ends.
 * </ol>
 */
package io.hydra.infra.supervise;
