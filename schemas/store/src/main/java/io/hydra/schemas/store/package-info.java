/**
 * The one owner of a user's state in Redis: histories, heads, recorded responses, and what is known
 * of the user beside them. Implementation note, the protocol:
 *
 * <ol>
 *   <li><b>Keys.</b> All keys of a user carry the hash tag {@code {tenant:user}}, so that one
 *       script sees them together on a cluster too ({@link UserKeys}); the few that are nobody's
 *       are in {@link Layout}. Whatever is changed depending on what is there is changed by a Lua
 *       script, one atomic step, and bears repetition.
 *   <li><b>Which items stay in a history</b> is decided by whoever writes, in {@link
 *       HistoryDecision}, which carries out {@link io.hydra.schemas.redis.HistoryLimits#keep}: a
 *       choice from the set of all events, whatever their order and repetition, so replays and
 *       duplicates converge. It takes no texts, only a {@link HistoryIndex} of ids, times and
 *       digests, which the writer keeps in memory ({@link KnownHistory}) or makes of the history,
 *       and changes as it decides. {@code change-history.lua} then makes the change ({@link
 *       HistoryChange}) if the user's erasure, the history's version and its stamp are still those
 *       that were decided on; else {@link HistoryChanges} reads and decides again. So it does not
 *       matter why a writer is wrong: another one was at work, Redis lost its data, the history
 *       expired or was erased, an earlier change was not made, or its reply was lost. The version
 *       counts the distinct inserts: within a view it only rises. It does not say that nothing has
 *       changed, as an item may be replaced and a history begin again; the stamp, never the same
 *       twice, does. Between batches the writer puts items into a compressed {@linkplain
 *       HistoryPack pack}, which is a change like any other and changes nothing of what a history
 *       holds; {@link HistoryHash} reads both.
 *   <li><b>Views.</b> A rebuild fills a new set of histories, a {@link View}, beside the one in use
 *       and then moves the pointer; the old view is kept for seconds after that, and then removed.
 *   <li><b>Reading.</b> A reader asks for the pointer as the <em>first</em> command of what it
 *       reads. If it says what was used, the view was in use when the reading began, and is still
 *       whole when it ends, since of rule 3. That grace is also why the pointer may lie on another
 *       node of a cluster, which answers a moment earlier or later. If it says something else, the
 *       same is read once more: after a switch that costs each process one round trip, once.
 *   <li><b>Writing.</b> A writer asks for the pointer <em>after</em> every batch, on a single
 *       server as the batch's last command: a batch that went to a view which was given up
 *       meanwhile is then written once more, to its successor. So what a rebuild reads up to the
 *       end of the topic, taken after it moved the pointer, holds every event that was written to
 *       the old view alone. After a pause a writer also asks before the batch: what is written to a
 *       view that was removed meanwhile would stay, out of reach of every erasure.
 *   <li><b>Erasing</b> first remembers the moment, the watermark at or before which nothing enters
 *       any more, and then removes every {@link UserPart}. What is removed after that stays
 *       removed, in whichever order and however often it is done ({@link Eraser}). A reader that
 *       comes between leaves out what goes.
 *   <li><b>Heads are fenced</b> in {@code apply-heads.lua} ({@link FencedHeads}): the user's hash
 *       says which record of {@code hydra.heads} was applied last, by topic id, partition and
 *       offset, and an older one changes nothing, whoever sends it and however late. That is about
 *       whoever copies. A trainer that was held up may write behind its successor in the topic
 *       itself: heads that were fitted seconds before those in Redis, to no higher version, stay
 *       out, and each says which erasure was known when it was fitted. Those from before the user's
 *       last one stay out wherever they are, and a tombstone takes no others.
 *   <li><b>Responses</b> are recorded once ({@link Responses}), unless the user was erased since
 *       the state was read that they were made from. What an answer reads of a history is bounded
 *       in bytes ({@link UserStateReader}).
 *   <li><b>One rebuild runs</b> at a time, the owner of {@link RebuildLock}. The owner, the pointer
 *       and the state are looked at in one step, so that one that was held up decides nothing.
 *   <li><b>Faults</b> are told apart by {@link io.hydra.schemas.redis.client.RedisFault}: Redis is
 *       away, to be waited for; or one key is at fault, which concerns its user alone.
 *   <li><b>Vectors</b> of a history's items are kept beside it ({@link VectorWriter}), whichever
 *       the view, unless the user was erased since the history was read that they were made of.
 *       Nothing depends on them but time: who finds none makes them of the texts.
 * </ol>
 */
package io.hydra.schemas.store;
