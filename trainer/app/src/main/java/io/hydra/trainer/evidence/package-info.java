/**
 * Exposures and the verdicts on them, joined by query id and kept per user: the evidence that heads
 * are fitted to, beside the histories.
 *
 * <ol>
 *   <li>A row is what is known of one answer: its exposure, its verdict, or both. Of several
 *       verdicts on it the latest by time and event id stands, whatever becomes of it: a user who
 *       changed their mind too late has changed it all the same, and the earlier verdict no longer
 *       teaches. One that cannot be about the answer ({@link EvidenceRules#fits}) is a sender's
 *       mistake and not a change of mind: it never stands over one that can, if the answer is known
 *       when it comes.
 *   <li>So a row depends on which records there were, and not on their order or repetition; and so
 *       does the choice of rows that are kept, as long as no more came than may be kept.
 *   <li>An erasure removes what is from its moment or before, and leaves a row that remembers the
 *       moment, so that nothing older comes back, late or replayed.
 * </ol>
 */
package io.hydra.trainer.evidence;
